import type { Duplex } from "node:stream";

import type { Address } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";
import { Ensemble, type Member } from "./ensemble.ts";
import type { ZooRequest } from "./tree.ts";

const zooVersion = "3.4.10-39d3a4f269333c922ed3db283be479f9deacaa0f, built on 03/23/2017 10:13 GMT";

const wordLength = 4;

/** A ZooKeeper server, as the zoo.cfg at `argv` has it: clients, four-letter words, and the other servers. */
export async function serveZookeeper(process: Process): Promise<number> {
  const { files, network } = process;
  const settings = settingsIn(files.readText(process.argv.at(-1) ?? ""));
  const data = settings.get("dataDir") ?? "/data";
  const members = [...settings].flatMap(([name, value]) => memberOf(name, value));
  const idFile = `${data}/myid`;
  const id = files.exists(idFile) ? Number(files.readText(idFile)) : 0;
  const log = loggerOf(process, id);
  files.makeDirectory(`${data}/version-2`, { recursive: true });
  const ensemble = new Ensemble(process, id, { members, file: `${data}/version-2/log.1` });
  const port = Number(settings.get("clientPort") ?? 2181);
  log("main:QuorumPeerConfig@134", `Reading configuration from: ${process.argv.at(-1) ?? ""}`);
  log("main:NIOServerCnxnFactory@89", `binding to port 0.0.0.0/0.0.0.0:${port}`);
  const own = members.find((member) => member.id === id);
  if (own) network.serveHttp(own.port, (request) => ensemble.serve(request));
  network.serveTcp(port, (connection, remote) => serveClient(connection, { ensemble, remote, log, port }));
  const mode = own ? await ensemble.mode() : "standalone";
  if (own) log(`QuorumPeer[myid=${id}]/0:0:0:0:0:0:0:0:${port}:QuorumPeer@774`, mode?.toUpperCase() ?? "LOOKING");
  const killed = new Promise<number>((resolve) => {
    process.onSignal("SIGTERM", () => resolve(killedCode));
  });
  return process.waitFor(killed);
}

const killedCode = 143;

/** `name=value`, a line each. */
export function settingsIn(text: string): ReadonlyMap<string, string> {
  const lines = text.split("\n").filter((line) => line.includes("=") && !line.startsWith("#"));
  return new Map(
    lines.map((line): [string, string] => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

/** `server.1=zk-0.zk-hs:2888:3888`. */
function memberOf(name: string, value: string): readonly Member[] {
  const id = /^server\.(\d+)$/u.exec(name)?.[1];
  const [host = "", port = ""] = value.split(":");
  return id === undefined ? [] : [{ id: Number(id), host, port: Number(port) }];
}

type Logger = (where: string, text: string) => void;

/** `2025-01-31 12:00:00,000 [myid:1] - INFO  [where] - text`, to the console. */
function loggerOf({ clock, stdout }: Process, id: number): Logger {
  return (where, text) => {
    const time = new Date(clock.now()).toISOString().slice(0, 23).replace("T", " ").replace(".", ",");
    void stdout.print(`${time} [myid:${id || ""}] - INFO  [${where}] - ${text}\n`);
  };
}

interface ClientContext {
  readonly ensemble: Ensemble;
  readonly remote: Address;
  readonly log: Logger;
  readonly port: number;
}

/** A four-letter word, or a request of zkCli.sh: a line of JSON, answered by another. */
function serveClient(connection: Duplex, context: ClientContext): void {
  let text = "";
  let isAnswered = false;
  connection.on("error", () => connection.destroy());
  connection.on("end", () => {
    if (!isAnswered) connection.end();
  });
  connection.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    const isWord = text.length >= wordLength && !text.startsWith("{");
    if (isAnswered || !(isWord || text.includes("\n"))) return;
    isAnswered = true;
    const answered = isWord ? wordAnswer(text.slice(0, wordLength), context) : requestAnswer(text, context);
    answered.then(
      (answer) => connection.end(answer),
      (error: Error) => connection.destroy(error),
    );
  });
}

async function requestAnswer(text: string, { ensemble }: ClientContext): Promise<string> {
  return `${JSON.stringify(await ensemble.answer(JSON.parse(text) as ZooRequest))}\n`;
}

/** https://zookeeper.apache.org/doc/r3.4.13/zookeeperAdmin.html#sc_zkCommands */
async function wordAnswer(word: string, { ensemble, remote, log, port }: ClientContext): Promise<string> {
  const factory = `NIOServerCxn.Factory:0.0.0.0/0.0.0.0:${port}`;
  const client = `/${remote.ip}:${remote.port}`;
  log(`${factory}:NIOServerCnxnFactory@192`, `Accepted socket connection from ${client}`);
  log(`${factory}:NIOServerCnxn@883`, `Processing ${word} command from ${client}`);
  log(
    "Thread-1:NIOServerCnxn@1044",
    `Closed socket connection for client ${client} (no session established for client)`,
  );
  if (word === "ruok") return "imok";
  if (!["srvr", "stat", "mntr"].includes(word)) return "";
  const mode = await ensemble.mode();
  if (!mode) return "This ZooKeeper instance is not currently serving requests\n";
  const { lastId, nodes } = ensemble.state;
  const count = Object.keys(nodes).length;
  if (word === "mntr") return `zk_version\t${zooVersion}\nzk_server_state\t${mode}\nzk_znode_count\t${count}\n`;
  const counts = `Latency min/avg/max: 0/0/0\nReceived: 1\nSent: 0\nConnections: 1\nOutstanding: 0\n`;
  const clients = word === "stat" ? `Clients:\n ${client}[0](queued=0,recved=1,sent=0)\n\n` : "";
  const facts = `Zxid: 0x${lastId.toString(16)}\nMode: ${mode}\nNode count: ${count}\n`;
  return `Zookeeper version: ${zooVersion}\n${clients}${counts}${facts}`;
}
