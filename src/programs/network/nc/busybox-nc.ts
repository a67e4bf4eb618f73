import type { Duplex } from "node:stream";

import { NetworkError } from "../../../network/network.ts";
import type { Tool } from "../../../runtime/tool.ts";
import { applet, type Call, UsageError } from "../../applet.ts";
import { Failure } from "../../failure.ts";
import { addressOf, connectFailure } from "../address.ts";
import { acceptOn } from "./accept.ts";
import { relayDatagrams } from "./datagrams.ts";
import { openbsdNc } from "./openbsd-nc.ts";
import { relay } from "./relay.ts";
import { serveProgram } from "./serve-program.ts";

/** Busybox's nc: talk to a port, listen on one, see whether one is open. */
const busyboxNc = applet({
  names: ["nc"],
  bases: ["busybox", "alpine"],
  directory: "/usr/bin",
  usage: "[OPTIONS] HOST PORT  - connect\nnc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen",
  help: `
	-e PROG	Run PROG after connect (must be last)
	-l	Listen mode, for inbound connects
	-lk	With -e, provides persistent server
	-p PORT	Local port
	-w SEC	Timeout for connects and final net reads
	-n	Don't do DNS resolution
	-u	UDP mode
	-v	Verbose
	-z	Zero-I/O mode (scanning)`,
  options: { short: "lkp:w:nuvzs:i:tq:", endAtOperand: false },
  rewrite: withoutProgram,
  async run(call) {
    const { options, operands } = call;
    const wait = options.value("w");
    const waitMs = wait === undefined ? undefined : secondsOf(wait) * 1000;
    if (options.has("l")) return listen(call, waitMs);
    const [host, ports] = operands;
    if (host === undefined || ports === undefined) throw new UsageError();
    if (options.has("p") || options.has("s"))
      throw new Failure("choosing the local address of a connection is not simulated");
    return connect(call, { host, ports: portsOf(ports), waitMs });
  },
});

/** In Debian it is OpenBSD's. */
export const nc: Tool = {
  ...busyboxNc,
  run: (process) => (process.container.image.base === "debian" ? openbsdNc : busyboxNc.run)(process),
};

/** What follows `-e` is a command of its own. */
function withoutProgram(args: readonly string[]): readonly string[] {
  const at = args.findIndex((arg) => /^-[a-z]*e$/u.test(arg));
  if (at < 0) return args;
  const letters = (args[at] ?? "").slice(0, -1);
  return [...args.slice(0, at), ...(letters === "-" ? [] : [letters])];
}

function programOf({ process }: Call): readonly string[] | undefined {
  const at = process.argv.findIndex((arg) => /^-[a-z]*e$/u.test(arg));
  const command = at < 0 ? [] : process.argv.slice(at + 1);
  return command.length > 0 ? command : undefined;
}

function secondsOf(text: string): number {
  if (!/^\d+$/u.test(text)) throw new Failure(`invalid number '${text}'`);
  return Number(text);
}

function portsOf(text: string): readonly number[] {
  const [, first = "", last = first] = /^(\d+)(?:-(\d+))?$/u.exec(text) ?? [];
  if (first === "" || Number(last) > 65_535) throw new Failure(`bad port '${text}'`);
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
}

interface Target {
  readonly host: string;
  readonly ports: readonly number[];
  readonly waitMs: number | undefined;
}

async function connect(call: Call, { host, ports, waitMs }: Target): Promise<number> {
  const { process, options, complain } = call;
  const ip = await addressOf(process, host);
  if (ip === undefined) throw new Failure(`bad address '${host}'`);
  let exitCode = 1;
  for (const port of ports) {
    const shown = `${host} (${ip}:${port})`;
    if (options.has("u")) {
      if (options.has("v")) await process.warn(`${shown} open\n`);
      if (options.has("z")) exitCode = 0;
      else return talkUdp(call, { ip, port }, waitMs);
      continue;
    }
    try {
      const connection = await dial(call, { ip, port }, waitMs);
      if (options.has("v")) await process.warn(`${shown} open\n`);
      exitCode = 0;
      if (!options.has("z")) return await talk(call, connection, waitMs);
      connection.destroy();
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      if (ports.length === 1 || options.has("v")) await complain(`${shown}: ${connectFailure(error, process)}`);
    }
  }
  return exitCode;
}

async function talkUdp(
  { process }: Call,
  peer: { ip: string; port: number },
  waitMs: number | undefined,
): Promise<number> {
  await relayDatagrams(process, { peer, port: 0, idleMs: waitMs });
  return 0;
}

function dial({ process }: Call, to: { ip: string; port: number }, waitMs: number | undefined): Promise<Duplex> {
  const abort = new AbortController();
  const cancel = waitMs === undefined ? undefined : process.clock.after(waitMs, () => abort.abort());
  return process.network.dial(to, abort.signal).finally(() => cancel?.());
}

async function talk(call: Call, connection: Duplex, waitMs: number | undefined): Promise<number> {
  const command = programOf(call);
  if (command) return serveProgram(call.process, connection, command);
  await relay(call.process, connection, { idleMs: waitMs, endsWithInput: true });
  return 0;
}

async function listen(call: Call, waitMs: number | undefined): Promise<number> {
  const { process, options, operands } = call;
  const port = Number(options.value("p") ?? operands.at(-1) ?? 0);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new UsageError();
  if (options.has("v")) await process.warn(`listening on [::]:${port} ...\n`);
  if (options.has("u")) {
    await relayDatagrams(process, { peer: undefined, port, idleMs: waitMs });
    return 0;
  }
  const door = acceptOn(process, port);
  for (;;) {
    const { connection, remote } = await door.next();
    if (options.has("v")) {
      const [here, there] = [`[::ffff:${process.network.ip}]:${port}`, `[::ffff:${remote.ip}]:${remote.port}`];
      await process.warn(`connect to ${here} from ${there} (${there})\n`);
    }
    if (!options.has("k")) {
      door.close();
      return talk(call, connection, waitMs);
    }
    process.fork(async () => talk(call, connection, waitMs));
  }
}
