import type { Image } from "../../runtime/image.ts";
import type { Process } from "../../runtime/process.ts";
import { noQueries } from "./refuse-queries.ts";

const port = 27_017;

/** MongoDB: it starts, logs and takes connections, and runs no queries. */
export const mongo: Image = {
  names: ["mongo"],
  base: "debian",
  entrypoint: ["docker-entrypoint.sh"],
  command: ["mongod"],
  env: { MONGO_MAJOR: "8.0", MONGO_VERSION: "8.0.4" },
  ports: [port],
  sizeMiB: 300,
  directories: ["/data/db", "/data/configdb"],
  programs: {
    "/usr/local/bin/docker-entrypoint.sh": start,
    "/usr/bin/mongod": serve,
    "/usr/bin/mongosh": shell,
    "/usr/bin/mongo": shell,
  },
};

async function start(process: Process): Promise<number> {
  const args = process.argv.slice(1);
  const command = args[0]?.startsWith("-") === true ? ["mongod", ...args] : args;
  const [user, password] = [
    process.env.get("MONGO_INITDB_ROOT_USERNAME"),
    process.env.get("MONGO_INITDB_ROOT_PASSWORD"),
  ];
  if (command[0] === "mongod" && Boolean(user) !== Boolean(password)) {
    await process.warn(
      "\nerror: missing 'MONGO_INITDB_ROOT_USERNAME' or 'MONGO_INITDB_ROOT_PASSWORD'\n       both must be specified for a user to be created\n\n",
    );
    return 1;
  }
  return process.become(command);
}

async function serve(process: Process): Promise<number> {
  const args = process.argv.slice(1);
  const at = args.indexOf("--port");
  const listening = at < 0 ? port : Number(args[at + 1]);
  const say = (component: string, id: number, message: string, attr?: unknown): Promise<void> => {
    const line = {
      t: { $date: `${new Date(process.clock.now()).toISOString().slice(0, 23)}+00:00` },
      s: "I",
      c: component,
      id,
      ctx: "initandlisten",
      msg: message,
    };
    return process.print(`${JSON.stringify(attr === undefined ? line : { ...line, attr })}\n`);
  };
  await say("CONTROL", 4_615_611, "MongoDB starting", {
    pid: process.pid,
    port: listening,
    dbPath: "/data/db",
    architecture: "64-bit",
    host: process.container.hostname,
  });
  await say("CONTROL", 23_403, "Build Info", { buildInfo: { version: "8.0.4" } });
  process.network.serveTcp(listening, (connection) => {
    connection.on("end", () => connection.end());
    connection.once("data", () => connection.end());
  });
  await say("NETWORK", 23_015, "Listening on", { address: "0.0.0.0" });
  await say("NETWORK", 23_016, "Waiting for connections", { port: listening, ssl: "off" });
  await process.terminated;
  await say("CONTROL", 23_377, "Received signal", { signal: 15, error: "Terminated" });
  await say("CONTROL", 20_565, "Now exiting");
  return 0;
}

/** The ping of probes; nothing else is simulated. */
async function shell(process: Process): Promise<number> {
  const isListening = process.network
    .sockets()
    .some(({ local, state }) => state === "listening" && local.port === port);
  if (!isListening) {
    await process.warn("MongoNetworkError: connect ECONNREFUSED 127.0.0.1:27017\n");
    return 1;
  }
  if (/ping/u.test(process.argv.join(" "))) {
    await process.print("{ ok: 1 }\n");
    return 0;
  }
  await process.warn(`${noQueries}\n`);
  return 1;
}
