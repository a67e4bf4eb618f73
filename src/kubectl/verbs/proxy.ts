import { createServer, type Server } from "node:http";
import type { Duplex } from "node:stream";

import { numbers, booleans, values } from "../flags.ts";
import type { Place } from "../io.ts";
import { KubectlError } from "../kubectl-error.ts";
import { proxyRequests } from "../proxy-requests.ts";
import type { Call, Verb } from "../verb.ts";

const usualPort = 8001;

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_proxy/ */
export const proxy: Verb = {
  names: ["proxy"],
  summary: "Run a proxy to the Kubernetes API server",
  usage: "[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]",
  flags: [
    ...numbers("port/p"),
    ...values("address", "api-prefix", "www/w", "www-prefix/P", "unix-socket/u"),
    ...values("accept-hosts", "accept-paths", "reject-paths", "reject-methods"),
    ...booleans("disable-filter"),
  ],

  async run(call) {
    const { flags, io } = call;
    if (!io.listen) throw new KubectlError("there are no sockets to listen on here");
    const place = placeOf(call);
    const server = createServer(proxyRequests(call));
    const accept = (socket: Duplex): void => void server.emit("connection", socket);
    if (flags.isTrue("disable-filter") && !("path" in place))
      await io.err("W Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious\n");
    const listener = await io.listen(place, accept).catch((error: unknown) => {
      const where = "path" in place ? `unix ${place.path}` : `tcp ${place.address}:${place.port}`;
      throw new KubectlError(`listen ${where}: ${error instanceof Error ? error.message : String(error)}`);
    });
    await io.out(`Starting to serve on ${"path" in place ? place.path : `${place.address}:${listener.port}`}\n`);
    await untilInterrupted(call, server);
    listener.close();
    return 130;
  },
};

function placeOf({ flags }: Call): Place {
  const path = flags.value("unix-socket");
  const port = flags.number("port") ?? usualPort;
  if (!path) return { port, address: flags.value("address") ?? "127.0.0.1" };
  if (port !== usualPort) throw new KubectlError("cannot set --unix-socket and --port at the same time");
  return { path };
}

function untilInterrupted({ io }: Call, server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    if (io.interrupt.aborted) resolve();
    io.interrupt.addEventListener("abort", () => resolve(), { once: true });
  });
}
