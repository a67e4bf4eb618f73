import { decodeText, readAll } from "../../src/api/bytes.ts";
import type { DnsRecord } from "../../src/network/dns-message.ts";
import { decodeDnsMessage, encodeDnsMessage } from "../../src/network/dns-message.ts";
import type { HttpRequest, HttpResponse } from "../../src/network/http.ts";
import type { Network } from "../../src/network/network.ts";
import { createNetwork } from "../../src/network/simulated-network.ts";
import { programs } from "../../src/programs/index.ts";
import { networkPrograms } from "../../src/programs/network/index.ts";
import { createContainer } from "../../src/runtime/create-container.ts";
import type { Image } from "../../src/runtime/image.ts";
import type { ContainerOptions, Exit, LiveContainer } from "../../src/runtime/live-container.ts";
import { shellTools } from "../../src/shell/index.ts";
import { Random } from "../../src/sim/random.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";
import { client } from "../runtime/running-container.ts";

/** A network of pods with one container each, and names for them. */
export interface Pods {
  readonly clock: VirtualClock;
  readonly network: Network;
  readonly errors: string[];
  /** Starts an image; the first pod is 10.244.0.10. */
  start(image: Image, options?: StartOptions): Pod;
}

export interface StartOptions {
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly imageName?: string;
  readonly name?: string;
  readonly overrides?: Partial<ContainerOptions>;
}

export interface Pod {
  readonly ip: string;
  readonly live: LiveContainer;
  readonly output: { stdout: string; stderr: string };
  /** Undefined while it runs. */
  readonly exit: { readonly value: Exit | undefined };
  /** Why it did not start. */
  readonly failure: string | undefined;
  exec(
    argv: readonly string[],
    stdin?: string,
    forMs?: number,
  ): Promise<{ stdout: string; stderr: string; exitCode: number }>;
  /** `METHOD url` or a url, to a port of the pod; 10.244.0.9 asks. */
  ask(port: number, what?: string, request?: { headers?: Record<string, string>; body?: string }): Promise<Reply>;
}

export interface Reply {
  readonly status: number;
  readonly headers: HttpRequest["headers"];
  readonly body: string;
}

const tools = [...programs, ...networkPrograms, ...shellTools];
const dnsIp = "10.96.0.10";
const asker = "10.244.0.9";

/** `names` are what the DNS server answers and what programs resolve: addresses by full name, without its dot. */
export function createPods(
  names: Readonly<Record<string, readonly string[]>> = {},
  records: readonly DnsRecord[] = [],
): Pods {
  const clock = new VirtualClock(Date.UTC(2025, 0, 31, 12));
  const network = createNetwork({ clock, random: new Random(1) });
  const errors: string[] = [];
  network.addHost(asker);
  serveDns(network, names, records);
  let count = 0;
  return {
    clock,
    network,
    errors,
    start(image, options = {}) {
      const ip = `10.244.0.${10 + count++}`;
      network.addHost(ip);
      return startPod({ clock, network, errors, names, image, options, ip });
    },
  };
}

interface Parts {
  readonly clock: VirtualClock;
  readonly network: Network;
  readonly errors: string[];
  readonly names: Readonly<Record<string, readonly string[]>>;
  readonly image: Image;
  readonly options: StartOptions;
  readonly ip: string;
}

function startPod({ clock, network, errors, names, image, options, ip }: Parts): Pod {
  const output = { stdout: "", stderr: "" };
  const { name = "web", imageName = image.names[0] ?? "test", args, command = image.entrypoint ?? [] } = options;
  const user = image.user ?? { uid: 0, gid: 0, name: "root" };
  const live = createContainer({
    id: "c1",
    hostname: name,
    image,
    imageName,
    ports: image.ports ?? [],
    tools,
    command: [...command, ...(args ?? (options.command ? [] : (image.command ?? [])))],
    env: new Map(Object.entries({ ...image.env, ...options.env })),
    workingDirectory: image.workingDirectory ?? "/",
    mounts: [],
    readOnlyRoot: false,
    user: { uid: user.uid, gid: user.gid, name: user.name, groups: [user.gid] },
    pod: { name, namespace: "default", ip, nodeName: "node-1" },
    network,
    resolver: { lookup: (host) => Promise.resolve(lookup(names, host)) },
    clock,
    random: new Random(7),
    log: { write: (level, message) => void (level === "error" && errors.push(message)) },
    stdin: false,
    stdinOnce: false,
    tty: false,
    output: (stream, bytes) => {
      output[stream] += decodeText(bytes);
    },
    ...options.overrides,
  });
  const { files } = live.container;
  if (options.overrides?.readOnlyRoot !== true) {
    files.write(
      "/etc/resolv.conf",
      `search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver ${dnsIp}\noptions ndots:5\n`,
    );
    files.write("/etc/hosts", `127.0.0.1\tlocalhost\n${ip}\t${name}\n`);
  }
  const exit: { value: Exit | undefined } = { value: undefined };
  const failure = live.start();
  void live.exited.then((value) => (exit.value = value));
  return {
    ip,
    live,
    output,
    exit,
    failure,
    exec: (argv, stdin = "", forMs = 0) => run(live, clock, { argv, stdin, forMs }),
    ask: (port, what = "/", request = {}) => ask(network, clock, { to: { ip, port }, what, ...request }),
  };
}

function lookup(names: Parts["names"], host: string): readonly string[] {
  if (/^[\d.]+$/u.test(host)) return [host];
  if (host === "localhost") return ["127.0.0.1"];
  const candidates = ["", ".default.svc.cluster.local", ".svc.cluster.local", ".cluster.local"];
  return candidates.map((domain) => names[`${host}${domain}`]).find((found) => found !== undefined) ?? [];
}

interface Running {
  readonly argv: readonly string[];
  readonly stdin: string;
  readonly forMs: number;
}

/** With `forMs`, Ctrl-C comes after that time. */
async function run(
  live: LiveContainer,
  clock: VirtualClock,
  { argv, stdin, forMs }: Running,
): Promise<{ stdout: string; stderr: string; exitCode: number }> {
  const { streams, seen, type, end } = client({ tty: forMs > 0 });
  if (stdin !== "") type(stdin);
  if (forMs === 0) end();
  const ended = { exitCode: undefined as number | undefined };
  const running = live.exec(argv, streams).then((code) => (ended.exitCode = code));
  if (forMs > 0) {
    await clock.advance(forMs);
    type("\u0003");
  }
  await waitUntil(clock, () => ended.exitCode !== undefined);
  return { ...seen, exitCode: await running };
}

async function waitUntil(clock: VirtualClock, isOver: () => boolean): Promise<void> {
  const limit = clock.now() + 3_000_000;
  while (!isOver()) {
    if (clock.now() > limit) throw new Error("it does not end");
    await clock.advance(100);
  }
}

interface Asked {
  readonly to: { readonly ip: string; readonly port: number };
  readonly what: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

async function ask(
  network: Network,
  clock: VirtualClock,
  { to, what, headers = {}, body = "" }: Asked,
): Promise<Reply> {
  const [first = "", second] = what.split(" ");
  const [method, url] = second === undefined ? ["GET", first] : [first, second];
  const request = { method, url, headers: { host: to.ip, ...headers }, body: new TextEncoder().encode(body) };
  const asking = network.fetch(asker, to, request).then(replyOf);
  const settled = { isOver: false };
  const settle = async (): Promise<void> => {
    await Promise.allSettled([asking]);
    settled.isOver = true;
  };
  void settle();
  await waitUntil(clock, () => settled.isOver);
  return asking;
}

async function replyOf({ status, headers, body }: HttpResponse): Promise<Reply> {
  if (typeof body === "string") return { status, headers, body };
  return { status, headers, body: decodeText(body instanceof Uint8Array ? body : await readAll(body)) };
}

function serveDns(network: Network, names: Parts["names"], records: readonly DnsRecord[]): void {
  network.addHost(dnsIp);
  const all: readonly DnsRecord[] = [
    ...Object.entries(names).flatMap(([name, ips]) =>
      ips.map((address): DnsRecord => ({ name: `${name}.`, ttl: 30, type: "A", address })),
    ),
    ...records,
  ];
  const socket = network.bind({ ip: dnsIp, port: 53 }, ({ from, bytes }) => {
    network.send({ from: { ip: dnsIp, port: 53 }, to: from, bytes: answer(bytes, all) });
  });
  network.listen(socket.address, {
    accept(connection) {
      connection.once("data", (bytes: Buffer) => {
        const reply = answer(bytes.subarray(2), all);
        connection.end(Buffer.concat([Buffer.from([reply.length >> 8, reply.length & 255]), reply]));
      });
    },
  });
}

function answer(bytes: Uint8Array, records: readonly DnsRecord[]): Uint8Array {
  const query = decodeDnsMessage(bytes);
  const { name, type } = query.questions[0] ?? { name: ".", type: "A" };
  const named = records.filter((record) => record.name === name.toLowerCase());
  return encodeDnsMessage({
    ...query,
    isResponse: true,
    authoritative: true,
    recursionAvailable: true,
    code: named.length > 0 ? "NOERROR" : "NXDOMAIN",
    answers: named.filter((record) => record.type === type),
  });
}
