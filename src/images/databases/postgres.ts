import type { Duplex } from "node:stream";

import { NetworkError } from "../../network/network.ts";
import type { Image } from "../../runtime/image.ts";
import type { Process } from "../../runtime/process.ts";
import { noQueries } from "./refuse-queries.ts";

const port = 5432;
const version = "17.2";
const tlsRequest = 80_877_103;

/** PostgreSQL: it starts, logs and takes connections, and runs no queries. */
export const postgres: Image = {
  names: ["postgres"],
  base: "debian",
  entrypoint: ["docker-entrypoint.sh"],
  command: ["postgres"],
  env: { PG_MAJOR: "17", PG_VERSION: "17.2-1.pgdg120+1", PGDATA: "/var/lib/postgresql/data" },
  ports: [port],
  stopSignal: "SIGINT",
  sizeMiB: 150,
  directories: ["/var/lib/postgresql/data"],
  programs: {
    "/usr/local/bin/docker-entrypoint.sh": start,
    "/usr/lib/postgresql/17/bin/postgres": serve,
    "/usr/local/bin/postgres": serve,
    "/usr/local/bin/pg_isready": isReady,
    "/usr/local/bin/psql": psql,
  },
};

const missingPassword = `Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.

       See PostgreSQL documentation about "trust":
       https://www.postgresql.org/docs/current/auth-trust.html
`;

async function start(process: Process): Promise<number> {
  const args = process.argv.slice(1);
  const command = args[0]?.startsWith("-") === true ? ["postgres", ...args] : args;
  if (command[0] !== "postgres") return process.become(command);
  const { env, files } = process;
  const data = env.get("PGDATA") ?? "/var/lib/postgresql/data";
  if (files.exists(`${data}/PG_VERSION`)) {
    await process.print("\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n");
    return process.become(command);
  }
  const hasPassword = env.get("POSTGRES_PASSWORD") || env.get("POSTGRES_PASSWORD_FILE");
  if (!hasPassword && env.get("POSTGRES_HOST_AUTH_METHOD") !== "trust") {
    await process.warn(missingPassword);
    return 1;
  }
  const contents = files.exists(data) ? files.list(data) : [];
  if (contents.includes("lost+found")) {
    await process.warn(
      `initdb: error: directory "${data}" exists but is not empty\ninitdb: detail: It contains a lost+found directory, perhaps due to it being a mount point.\n`,
    );
    return 1;
  }
  files.makeDirectory(data, { recursive: true });
  files.write(`${data}/PG_VERSION`, "17\n");
  const user = env.get("POSTGRES_USER") ?? "postgres";
  await process.print(
    `The files belonging to this database system will be owned by user "postgres".\nThis user must also own the server process.\n\n` +
      `fixing permissions on existing directory ${data} ... ok\ncreating subdirectories ... ok\n\nSuccess. You can now start the database server using:\n\n    pg_ctl -D ${data} -l logfile start\n\n`,
  );
  if ((env.get("POSTGRES_DB") ?? user) !== "postgres") await process.print("CREATE DATABASE\n\n");
  await process.print("\nPostgreSQL init process complete; ready for start up.\n\n");
  return process.become(command);
}

async function serve(process: Process): Promise<number> {
  const say = (text: string): Promise<void> => {
    const time = new Date(process.clock.now()).toISOString().slice(0, 23).replace("T", " ");
    return process.warn(`${time} UTC [${process.pid}] LOG:  ${text}\n`);
  };
  await say(
    `starting PostgreSQL ${version} (Debian 17.2-1.pgdg120+1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14) 12.2.0, 64-bit`,
  );
  await say(`listening on IPv4 address "0.0.0.0", port ${port}`);
  await say('listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"');
  process.network.serveTcp(port, answer);
  await say("database system is ready to accept connections");
  const signal = await process.terminated;
  await say(`received ${signal === "SIGINT" ? "fast" : "smart"} shutdown request`);
  await say("database system is shut down");
  return 0;
}

/** No TLS; then a start-up message is refused in the protocol's own way. */
function answer(connection: Duplex): void {
  connection.on("end", () => connection.end());
  connection.on("data", (chunk: Buffer) => {
    if (chunk.length >= 8 && chunk.readUInt32BE(4) === tlsRequest) {
      connection.write("N");
      return;
    }
    const fields = Buffer.from(`SFATAL\0VFATAL\0C0A000\0M${noQueries}\0\0`);
    const head = Buffer.alloc(5);
    head.write("E");
    head.writeUInt32BE(fields.length + 4, 1);
    connection.end(Buffer.concat([head, fields]));
  });
}

function hostOf(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((arg) => arg === "-h" || arg === "--host");
  return at < 0 ? argv.find((arg) => arg.startsWith("--host="))?.slice("--host=".length) : argv[at + 1];
}

async function isUp(process: Process, host: string | undefined): Promise<boolean> {
  try {
    const [ip] = await process.network.lookup(host ?? "127.0.0.1");
    if (ip === undefined) return false;
    (await process.network.dial({ ip, port })).destroy();
    return true;
  } catch (error) {
    if (error instanceof NetworkError) return false;
    throw error;
  }
}

async function isReady(process: Process): Promise<number> {
  const host = hostOf(process.argv);
  const isFine = await isUp(process, host);
  await process.print(
    `${host ?? "/var/run/postgresql"}:${port} - ${isFine ? "accepting connections" : "no response"}\n`,
  );
  return isFine ? 0 : 2;
}

/** `SELECT 1` is what probes ask. */
async function psql(process: Process): Promise<number> {
  const host = hostOf(process.argv);
  if (!(await isUp(process, host))) {
    const where =
      host === undefined
        ? 'on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?'
        : `at "${host}", port ${port} failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?`;
    await process.warn(`psql: error: connection to server ${where}\n`);
    return 2;
  }
  const at = process.argv.findIndex((arg) => arg === "-c" || arg === "--command");
  if (/^\s*select 1;?\s*$/iu.test(process.argv[at + 1] ?? "") && at > 0) {
    await process.print(" ?column? \n----------\n        1\n(1 row)\n\n");
    return 0;
  }
  await process.warn(`psql: error: ${noQueries}\n`);
  return 2;
}
