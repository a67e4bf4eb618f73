import type { Duplex } from "node:stream";

import { NetworkError } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";
import type { Znode, ZooReply, ZooRequest } from "./tree.ts";

/** zkCli.sh: the command it is given, or those typed at its prompt. */
export async function zkCli(process: Process): Promise<number> {
  const args = process.argv.slice(1);
  const at = args.indexOf("-server");
  const server = at < 0 ? "localhost:2181" : (args.splice(at, 2)[1] ?? "");
  await process.print(`Connecting to ${server}\n`);
  if (args.length > 0) {
    await process.print("\nWATCHER::\n\nWatchedEvent state:SyncConnected type:None path:null\n");
    return run(process, server, args);
  }
  await process.print("Welcome to ZooKeeper!\nJLine support is enabled\n");
  let count = 0;
  const prompt = (): Promise<void> => process.print(`[zk: ${server}(CONNECTED) ${count++}] `);
  await prompt();
  for await (const line of process.stdin.lines()) {
    const words = line.trim().split(/\s+/u);
    if (words[0] === "quit" || words[0] === "close") break;
    if (words[0]) await run(process, server, words);
    await prompt();
  }
  return 0;
}

async function run(process: Process, server: string, words: readonly string[]): Promise<number> {
  const request = requestOf(words);
  if (!request) {
    await process.warn(usage);
    return 1;
  }
  const reply = await ask(process, server, request);
  if (reply.error === "ConnectionLoss") {
    const name = "org.apache.zookeeper.KeeperException$ConnectionLossException";
    await process.warn(`Exception in thread "main" ${name}: KeeperErrorCode = ConnectionLoss for ${request.path}\n`);
    return 1;
  }
  if (reply.error) await process.warn(`${complaints[reply.error]}: ${request.path}\n`);
  else await process.print(shown(words[0] ?? "", reply));
  return reply.error ? 1 : 0;
}

const complaints = { NoNode: "Node does not exist", NodeExists: "Node already exists", NotEmpty: "Node not empty" };

const usage = `ZooKeeper -server host:port cmd args
	stat path [watch]
	set path data [version]
	ls path [watch]
	delete path [version]
	rmr path
	quit 
	create [-s] [-e] path data acl
	get path [watch]
	close 
`;

function requestOf([command = "", ...words]: readonly string[]): ZooRequest | undefined {
  const [path = "", data = ""] = words.filter((word) => !word.startsWith("-"));
  if (!path.startsWith("/")) return undefined;
  switch (command) {
    case "create":
      return { op: "create", path, data, isSequential: words.includes("-s") };
    case "set":
      return { op: "set", path, data };
    case "delete":
    case "rmr":
    case "deleteall":
      return { op: "delete", path, isRecursive: command !== "delete" };
    case "ls":
    case "get":
    case "stat":
      return { op: command === "ls" ? "list" : "get", path };
    default:
      return undefined;
  }
}

async function ask(process: Process, server: string, request: ZooRequest): Promise<ZooReply> {
  const { network } = process;
  const [host = "", port = "2181"] = server.split(":");
  try {
    const [ip] = await network.lookup(host);
    if (ip === undefined) return { error: "ConnectionLoss" };
    const connection = await network.dial({ ip, port: Number(port) });
    connection.write(`${JSON.stringify(request)}\n`);
    return JSON.parse(await process.waitFor(wholeOf(connection), () => connection.destroy())) as ZooReply;
  } catch (error) {
    if (error instanceof NetworkError) return { error: "ConnectionLoss" };
    throw error;
  }
}

function wholeOf(connection: Duplex): Promise<string> {
  let text = "";
  return new Promise((resolve, reject) => {
    connection.on("data", (chunk: Buffer) => (text += chunk.toString()));
    connection.on("end", () => {
      connection.end();
      resolve(text);
    });
    connection.on("close", () => reject(new NetworkError("ECONNRESET", "closed")));
  });
}

function shown(command: string, { path = "", node, children = [] }: ZooReply): string {
  if (command === "create") return `Created ${path}\n`;
  if (command === "ls") return `[${children.join(", ")}]\n`;
  if (!node) return "";
  return `${command === "get" ? `${node.data}\n` : ""}${facts(node, children.length)}`;
}

function facts(node: Znode, children: number): string {
  const id = (value: number): string => `0x${value.toString(16)}`;
  const lines = {
    cZxid: id(node.createdBy),
    ctime: javaDate(node.createdAt),
    mZxid: id(node.changedBy),
    mtime: javaDate(node.changedAt),
    pZxid: id(node.childrenChangedBy),
    cversion: node.childrenVersion,
    dataVersion: node.version,
    aclVersion: 0,
    ephemeralOwner: "0x0",
    dataLength: Buffer.byteLength(node.data),
    numChildren: children,
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join("");
}

/** `Thu Dec 08 15:13:30 UTC 2016`. */
function javaDate(ms: number): string {
  const [weekday = "", day = "", month = "", year = "", time = ""] = new Date(ms)
    .toUTCString()
    .replace(",", "")
    .split(" ");
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}
