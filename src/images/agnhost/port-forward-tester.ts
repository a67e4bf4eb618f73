import type { Duplex } from "node:stream";

import type { Process } from "../../runtime/process.ts";
import { subcommand } from "./subcommand.ts";

const lingerMs = 500;

/** Sends chunks of data to its one client. */
export const portForwardTester = subcommand({
  name: "port-forward-tester",
  short: "Creates a TCP server that sends chunks of data",
  defaults: {},
  async run(process) {
    const connection = await process.waitFor(firstClient(process));
    await process.print("Accepted client connection\n");
    const wrong = await checkClient(process, connection, process.env.get("EXPECTED_CLIENT_DATA") ?? "");
    if (wrong !== 0) return wrong;
    const numbers = { CHUNKS: 0, CHUNK_SIZE: 0, CHUNK_INTERVAL: 0 };
    for (const name of ["CHUNKS", "CHUNK_SIZE", "CHUNK_INTERVAL"] as const) {
      const text = process.env.get(name) ?? "";
      if (!/^[-+]?\d+$/u.test(text)) {
        await process.print(`Error parsing ${name} "${text}": strconv.Atoi: parsing "${text}": invalid syntax\n`);
        return 1;
      }
      numbers[name] = Number(text);
    }
    for (let chunk = 0; chunk < numbers.CHUNKS; chunk++) {
      if (chunk > 0) await process.sleep(numbers.CHUNK_INTERVAL);
      connection.write("x".repeat(numbers.CHUNK_SIZE));
    }
    await process.print("Shutting down connection\n");
    connection.end();
    await process.sleep(lingerMs);
    await process.print("Done\n");
    return 0;
  },
});

function firstClient({ env, network }: Process): Promise<Duplex> {
  const given = env.get("BIND_ADDRESS") ?? "localhost";
  const host = given === "localhost" ? "127.0.0.1" : given;
  return new Promise((resolve) => {
    network.serveTcp(Number(env.get("BIND_PORT") ?? "0"), resolve, host);
  });
}

async function checkClient(process: Process, connection: Duplex, expected: string): Promise<number> {
  if (expected === "") return 0;
  const seen = await process.waitFor(readText(connection, expected.length));
  if (seen.length !== expected.length) {
    await process.print(
      `Expected to read ${expected.length} bytes from client, but got ${seen.length} instead. err=EOF\n`,
    );
    return 2;
  }
  if (seen !== expected) {
    await process.print(`Expect to read "${expected}", but got "${seen}". err=<nil>\n`);
    return 3;
  }
  await process.print("Received expected client data\n");
  return 0;
}

/** So many characters, or what came before the end. */
function readText(connection: Duplex, length: number): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    connection.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.length >= length) resolve(text.slice(0, length));
    });
    connection.on("end", () => {
      resolve(text);
    });
  });
}
