import { createServer } from "node:net";

const nodePorts = { first: 30_000, last: 32_767 };

/** As many node ports as are asked for that nobody has on this machine, from the end of their range. */
export async function freeNodePorts(count: number): Promise<readonly number[]> {
  const free: number[] = [];
  for (let port = nodePorts.last; port >= nodePorts.first && free.length < count; port--) {
    if (await isFree(port)) free.push(port);
  }
  if (free.length < count) throw new Error(`fewer than ${count} node ports are free`);
  return free;
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.on("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
