import type { Duplex } from "node:stream";

import { type Address, NetworkError } from "../../../network/network.ts";
import type { Process, Program } from "../../../runtime/process.ts";
import { Failure } from "../../failure.ts";
import { inFlavour } from "../../flavour.ts";
import { OptionError, type Options, parseOptions } from "../../options.ts";
import { addressOf, connectFailure } from "../address.ts";
import { acceptOn } from "./accept.ts";
import { relayDatagrams } from "./datagrams.ts";
import { relay } from "./relay.ts";

const usage =
  "usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]\n" +
  "\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]\n" +
  "\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]\n" +
  "\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]\n" +
  "\t  [destination] [port]\n";
const services: Readonly<Record<number, string>> = {
  21: "ftp",
  22: "ssh",
  23: "telnet",
  25: "smtp",
  53: "domain",
  80: "http",
  110: "pop3",
  443: "https",
  3306: "mysql",
  5432: "postgresql",
  6379: "redis",
  8080: "http-alt",
  9090: "*",
};

/** The nc of OpenBSD, which agnhost and the troubleshooting images have. */
export const openbsdNc: Program = async (process) => {
  try {
    const options = parseOptions(process.argv.slice(1), { short: "46CDdFhklNnrStUuvZzI:i:M:m:O:P:p:q:s:T:V:W:w:X:x:" });
    return await (options.has("l") ? listen(process, options) : connect(process, options));
  } catch (error) {
    if (error instanceof OptionError) {
      await process.warn(`nc: ${error.message}\n${usage}`);
      return 1;
    }
    if (!(error instanceof Failure)) throw error;
    await process.warn(error.message === "" ? usage : `nc: ${error.message}\n`);
    return inFlavour("gnu", error.exitCode);
  }
};

function milliseconds(options: Options, option: string): number | undefined {
  const text = options.value(option);
  if (text === undefined) return undefined;
  if (!/^\d+$/u.test(text)) throw new Failure(`timeout invalid: ${text}`);
  return Number(text) * 1000;
}

async function connect(process: Process, options: Options): Promise<number> {
  const [host, ports = ""] = options.operands;
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/u.exec(ports) ?? [];
  if (host === undefined) throw new Failure("");
  if (first === undefined) throw new Failure(ports === "" ? "missing port number" : `service "${ports}" unknown`);
  const ip = await addressOf(process, host);
  if (ip === undefined) throw new Failure(`getaddrinfo for host "${host}" port ${ports}: Name or service not known`);
  const waitMs = milliseconds(options, "w");
  let exitCode = 1;
  for (let port = Number(first); port <= Number(last); port++) {
    const outcome = await connectTo(process, options, { host, to: { ip, port }, waitMs });
    if (outcome === undefined) continue;
    exitCode = 0;
    if (outcome !== "scanned") return talk(process, options, { connection: outcome, to: { ip, port }, waitMs });
  }
  return exitCode;
}

interface Target {
  readonly host: string;
  readonly to: Address;
  readonly waitMs: number | undefined;
}

/** undefined: it failed, which was told. */
async function connectTo(
  process: Process,
  options: Options,
  target: Target,
): Promise<Duplex | "udp" | "scanned" | undefined> {
  const { host, to, waitMs } = target;
  const isUdp = options.has("u");
  const [protocol, shown] = [isUdp ? "udp" : "tcp", host === to.ip || options.has("n") ? host : `${host} (${to.ip})`];
  const succeeded = async (): Promise<void> => {
    if (!options.has("v")) return;
    await process.warn(`Connection to ${shown} ${to.port} port [${protocol}/${services[to.port] ?? "*"}] succeeded!\n`);
  };
  if (isUdp) {
    await succeeded();
    return options.has("z") ? "scanned" : "udp";
  }
  const abort = new AbortController();
  const cancel = waitMs === undefined ? undefined : process.clock.after(waitMs, () => abort.abort());
  try {
    const connection = await process.network.dial(to, abort.signal);
    await succeeded();
    if (!options.has("z")) return connection;
    connection.destroy();
    return "scanned";
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const late = abort.signal.aborted
      ? "timed out: Operation in progress"
      : `failed: ${connectFailure(error, process)}`;
    if (options.has("v")) await process.warn(`nc: connect to ${shown} port ${to.port} (${protocol}) ${late}\n`);
    return undefined;
  } finally {
    cancel?.();
  }
}

interface Talk {
  readonly connection: Duplex | "udp";
  readonly to: Address;
  readonly waitMs: number | undefined;
}

async function talk(process: Process, options: Options, { connection, to, waitMs }: Talk): Promise<number> {
  if (connection === "udp") await relayDatagrams(process, { peer: to, port: 0, idleMs: waitMs });
  else await relay(process, connection, { idleMs: waitMs, endsWithInput: options.has("N") || options.has("q") });
  return 0;
}

async function listen(process: Process, options: Options): Promise<number> {
  const port = Number(options.value("p") ?? options.operands.at(-1) ?? 0);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Failure("");
  const isVerbose = options.has("v");
  if (isVerbose) await process.warn(`${options.has("u") ? "Bound" : "Listening"} on 0.0.0.0 ${port}\n`);
  const waitMs = milliseconds(options, "w");
  if (options.has("u")) {
    await relayDatagrams(process, { peer: undefined, port, idleMs: waitMs });
    return 0;
  }
  const door = acceptOn(process, port);
  do {
    const { connection, remote } = await door.next();
    if (!options.has("k")) door.close();
    if (isVerbose) await process.warn(`Connection received on ${remote.ip} ${remote.port}\n`);
    const endsWithInput = options.has("N") || options.has("q");
    await relay(process, connection, { idleMs: waitMs, endsWithInput, endsWithPeer: true });
  } while (options.has("k"));
  return 0;
}
