import type { Duplex } from "node:stream";

import { NetworkError } from "../../network/network.ts";
import { encodeCommand, RespReader } from "../../programs/network/redis/resp.ts";
import { Killed, type Process } from "../../runtime/process.ts";
import { tell } from "../tell.ts";
import { type RedisServer, runCommand } from "./server.ts";

const retryMs = 1000;

export interface Leader {
  readonly host: string;
  readonly port: number;
  readonly log: (process: Process, role: string, mark: string, text: string) => string;
}

/** Takes over what the leader has and does, and asks again whenever it has gone. Ends with the process. */
export async function followLeader(process: Process, server: RedisServer, { host, port, log }: Leader): Promise<void> {
  const say = (text: string): void => {
    tell(process.stdout, log(process, "S", "*", text));
  };
  try {
    for (;;) {
      say(`Connecting to MASTER ${host}:${port}`);
      await followOnce(process, server, { host, port, say });
      await process.sleep(retryMs);
    }
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
}

interface Following {
  readonly host: string;
  readonly port: number;
  readonly say: (text: string) => void;
}

async function followOnce(process: Process, server: RedisServer, { host, port, say }: Following): Promise<void> {
  try {
    const [ip] = await process.network.lookup(host);
    if (ip === undefined) {
      say("Unable to connect to MASTER: Name or service not known");
      return;
    }
    const connection = await process.network.dial({ ip, port });
    say("MASTER <-> REPLICA sync started");
    server.store.clear();
    connection.write(encodeCommand(["PSYNC", "?", "-1"]));
    await process.waitFor(copied(process, server, connection), () => connection.destroy());
    say("Connection with master lost.");
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    say(
      `Error condition on socket for SYNC: ${error.code === "ECONNREFUSED" ? "Connection refused" : "Connection timed out"}`,
    );
  }
}

/** Resolves when the leader hangs up. */
function copied(process: Process, server: RedisServer, connection: Duplex): Promise<void> {
  const reader = new RespReader();
  return new Promise((resolve) => {
    connection.on("close", resolve);
    connection.on("end", () => connection.destroy());
    connection.on("data", (chunk: Buffer) => {
      for (const value of reader.add(chunk)) {
        if (value.kind !== "list") continue;
        runCommand(
          process,
          server,
          value.values.flatMap((one) => (one.kind === "text" ? [one.text] : [])),
        );
      }
    });
  });
}
