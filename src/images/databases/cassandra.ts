import { decodeText } from "../../api/bytes.ts";
import { NetworkError } from "../../network/network.ts";
import type { Image } from "../../runtime/image.ts";
import type { Process } from "../../runtime/process.ts";
import { bodyOf } from "../go/http.ts";
import { noQueries } from "./refuse-queries.ts";

const gossipPort = 7000;
const managementPort = 7199;
const queryPort = 9042;
const timeoutMs = 2000;

/** Cassandra: its nodes find each other, and tell who is up; they run no queries. https://kubernetes.io/docs/tutorials/stateful-application/cassandra/ */
export const cassandra: Image = {
  names: ["cassandra", "gcr.io/google-samples/cassandra"],
  base: "debian",
  command: ["/run.sh"],
  ports: [gossipPort, 7001, managementPort, queryPort],
  sizeMiB: 150,
  directories: ["/cassandra_data", "/var/lib/cassandra", "/var/log/cassandra"],
  programs: {
    "/run.sh": run,
    "/ready-probe.sh": isReady,
    "/usr/local/bin/nodetool": nodetool,
    "/usr/local/bin/cqlsh": refuse,
  },
};

/** A node, as gossip tells of it. */
interface Member {
  readonly ip: string;
  readonly id: string;
  readonly dataCenter: string;
  readonly rack: string;
  /** How much of the ring it wants, as its tokens fall. */
  readonly weight: number;
}

async function run(process: Process): Promise<number> {
  const { env, files, network } = process;
  const id = idOf(process);
  const own: Member = {
    ip: network.ip,
    id,
    dataCenter: env.get("CASSANDRA_DC") ?? "datacenter1",
    rack: env.get("CASSANDRA_RACK") ?? "rack1",
    weight: 80 + (Number.parseInt(id.slice(0, 2), 16) % 40),
  };
  const peersFile = `${dataOf(process)}/peers`;
  const known = files.exists(peersFile) ? (JSON.parse(files.readText(peersFile)) as readonly Member[]) : [];
  const members = new Map([...known, own].map((member) => [member.id, member]));
  const learn = (others: readonly Member[]): void => {
    for (const member of others) if (member.id !== own.id) members.set(member.id, member);
    files.write(peersFile, JSON.stringify([...members.values()]));
  };
  await log(process, "Cassandra version: 3.11.2");
  await log(process, `Node /${own.ip} is now part of the cluster`);
  network.serveHttp(gossipPort, async (request) => {
    learn(JSON.parse(decodeText(await bodyOf(request))) as readonly Member[]);
    return { status: 200, headers: {}, body: JSON.stringify([...members.values()]) };
  });
  for (const seed of seedsOf(process)) learn(await gossip(process, seed, [own]));
  for (const peer of members.values()) if (peer !== own) learn(await gossip(process, peer.ip, [own]));
  network.serveHttp(managementPort, () => ({ status: 200, headers: {}, body: JSON.stringify([...members.values()]) }));
  network.serveTcp(queryPort, (connection) => {
    connection.on("end", () => connection.end());
    connection.once("data", () => connection.end());
  });
  await log(process, `Node /${own.ip} state jump to NORMAL`);
  await log(process, `Starting listening for CQL clients on /0.0.0.0:${queryPort} (unencrypted)...`);
  await process.terminated;
  return 143;
}

/** Kept with the data: a node that comes back is the same. */
function idOf(process: Process): string {
  const { files, random } = process;
  const path = `${dataOf(process)}/host-id`;
  if (files.exists(path)) return files.readText(path);
  const id = random.uuid();
  files.write(path, id);
  return id;
}

function dataOf({ env }: Process): string {
  return env.get("CASSANDRA_DATA") ?? "/cassandra_data";
}

function log({ clock, stdout }: Process, text: string): Promise<void> {
  return stdout.print(`INFO  ${new Date(clock.now()).toISOString().slice(11, 19)} ${text}\n`);
}

function seedsOf({ env }: Process): readonly string[] {
  return (env.get("CASSANDRA_SEEDS") ?? "").split(/[\s,]+/u).filter((seed) => seed !== "");
}

/** Tells another node of these, and hears whom it knows; nothing where nobody answers. */
async function gossip(process: Process, host: string, members: readonly Member[]): Promise<readonly Member[]> {
  return (await ask(process, { host, port: gossipPort }, members)) ?? [];
}

interface Place {
  readonly host: string;
  readonly port: number;
}

async function ask(process: Process, { host, port }: Place, body: unknown): Promise<readonly Member[] | undefined> {
  const { network, clock } = process;
  const over = new AbortController();
  const stop = clock.after(timeoutMs, () => over.abort());
  try {
    const [ip] = await network.lookup(host);
    if (ip === undefined) return undefined;
    const request = { method: "POST", url: "/", headers: { host }, body: Buffer.from(JSON.stringify(body)) };
    const answer = await network.fetch({ ip, port }, request, over.signal);
    const bytes = typeof answer.body === "string" ? Buffer.from(answer.body) : await bodyOf({ body: answer.body });
    return JSON.parse(decodeText(bytes)) as readonly Member[];
  } catch (error) {
    if (error instanceof NetworkError) return undefined;
    throw error;
  } finally {
    stop();
  }
}

/** Whether the node itself is up and normal. */
async function isReady(process: Process): Promise<number> {
  const members = await ask(process, { host: "127.0.0.1", port: managementPort }, {});
  return members?.some(({ ip }) => ip === process.network.ip) ? 0 : 1;
}

async function nodetool(process: Process): Promise<number> {
  const [, command = ""] = process.argv;
  const members = await ask(process, { host: "127.0.0.1", port: managementPort }, {});
  if (!members) {
    await process.warn(
      "nodetool: Failed to connect to '127.0.0.1:7199' - ConnectException: 'Connection refused (Connection refused)'.\n",
    );
    return 1;
  }
  if (command === "drain" || command === "flush") return 0;
  if (command !== "status") {
    await process.warn(
      `nodetool: ${command === "" ? "no command" : `'${command}'`}: only status, drain and flush are simulated\n`,
    );
    return 1;
  }
  await process.print(await statusOf(process, members));
  return 0;
}

async function statusOf(process: Process, members: readonly Member[]): Promise<string> {
  const lines = await Promise.all(
    members.map(async (member) => {
      const isUp = member.ip === process.network.ip || (await gossip(process, member.ip, [])).length > 0;
      const load = `${(70 + member.weight / 3).toFixed(2)} KiB`;
      const cells = [member.ip.padEnd(11), load.padEnd(10), "32".padEnd(12), ownedBy(member, members).padEnd(17)];
      return `${isUp ? "UN" : "DN"}  ${cells.join(" ")} ${member.id}  ${member.rack}\n`;
    }),
  );
  const title = `Datacenter: ${members[0]?.dataCenter ?? ""}`;
  const legend = "Status=Up/Down\n|/ State=Normal/Leaving/Joining/Moving\n";
  const header =
    "--  Address     Load       Tokens       Owns (effective)  Host ID                               Rack\n";
  return `${title}\n${"=".repeat(title.length)}\n${legend}${header}${lines.join("")}\n`;
}

const copies = 2;

/** As many copies of everything as there can be nodes for. */
function ownedBy({ weight }: Member, members: readonly Member[]): string {
  if (members.length <= copies) return "100.0%";
  const whole = members.reduce((sum, one) => sum + one.weight, 0);
  return `${((100 * copies * weight) / whole).toFixed(1)}%`;
}

async function refuse(process: Process): Promise<number> {
  await process.warn(`cqlsh: ${noQueries}\n`);
  return 1;
}
