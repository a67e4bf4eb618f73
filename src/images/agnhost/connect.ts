import { encodeText } from "../../api/bytes.ts";
import { goDurationMs } from "../../api/go-duration.ts";
import { type Address, NetworkError } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";
import { dialFailure, lookupFailure } from "../go/http-get.ts";
import { subcommand } from "./subcommand.ts";

/** Tells in one word why a connection fails. */
export const connect = subcommand({
  name: "connect",
  short: "Attempts a TCP, UDP or SCTP connection and returns useful errors",
  defaults: { timeout: "0s", protocol: "tcp", "udp-data": "hostname", "sctp-data": "hostname" },
  async run(process, flags, operands) {
    const [target] = operands;
    if (target === undefined || operands.length !== 1) {
      await process.warn(`Error: accepts 1 arg(s), received ${operands.length}\n`);
      return 0;
    }
    const timeoutMs = goDurationMs(flags.timeout) ?? 0;
    const { protocol } = flags;
    if (protocol === "sctp") return fail(process, "OTHER: protocol not supported");
    if (!["", "tcp", "udp"].includes(protocol)) return fail(process, `Unsupported protocol\n${protocol}`);
    const address = await addressOf(process, target);
    if (typeof address === "string") return fail(process, address);
    return protocol === "udp"
      ? overUdp(process, address, { timeoutMs, data: flags["udp-data"] })
      : overTcp(process, address, timeoutMs);
  },
});

async function fail(process: Process, reason: string): Promise<number> {
  await process.warn(`${reason}\n`);
  return 1;
}

async function addressOf(process: Process, target: string): Promise<Address | string> {
  const [, host = "", port] = /^(\[[^\]]*\]|[^:]*):(\d+)$/u.exec(target) ?? [];
  if (port === undefined) return `UNKNOWN: address ${target}: missing port in address`;
  const [ip] = await process.network.lookup(host).catch((error: unknown) => {
    if (error instanceof NetworkError) return [];
    throw error;
  });
  return ip === undefined ? `DNS: ${lookupFailure(process, host)}` : { ip, port: Number(port) };
}

async function overTcp(process: Process, to: Address, timeoutMs: number): Promise<number> {
  const abort = new AbortController();
  const cancel = timeoutMs > 0 ? process.clock.after(timeoutMs, () => abort.abort()) : undefined;
  try {
    const connection = await process.network.dial(to, abort.signal);
    connection.end();
    return 0;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    if (error.code === "ETIMEDOUT") return await fail(process, "TIMEOUT");
    if (error.code === "ECONNREFUSED") return await fail(process, "REFUSED");
    return await fail(process, `OTHER: ${dialFailure(error.code, `${to.ip}:${to.port}`)}`);
  } finally {
    cancel?.();
  }
}

async function overUdp(
  process: Process,
  to: Address,
  { timeoutMs, data }: { timeoutMs: number; data: string },
): Promise<number> {
  const { network, clock } = process;
  const answered = new Promise<number>((resolve) => {
    const socket = network.bindUdp(0, ({ bytes }) => {
      resolve(bytes.length);
    });
    if (timeoutMs > 0) {
      clock.after(timeoutMs, () => {
        resolve(-1);
      });
    }
    socket.send(to, encodeText(`${data}\n`));
  });
  const length = await process.waitFor(answered);
  if (length > 0) return 0;
  if (length < 0) return fail(process, `TIMEOUT: read udp ${network.ip}->${to.ip}:${to.port}: i/o timeout`);
  return fail(process, "OTHER: No data received from the server. Cannot guarantee the server received the request.");
}
