import { applet, type Call } from "../applet.ts";
import { Failure } from "../failure.ts";
import { forEachSource, readWhole, type Source } from "../input.ts";
import { lineReader } from "../line-reader.ts";
import { sizeOf } from "../numbers.ts";

export const head = applet({
  names: ["head"],
  usage: "[OPTIONS] [FILE]...",
  help: `
Print first 10 lines of FILEs (or stdin).
With more than one FILE, precede each with a filename header.

	-n N[bkm]	Print first N lines
	-n -N[bkm]	Print all except N last lines
	-c [-]N[bkm]	Print first N bytes
			(b:*512 k:*1024 m:*1024^2)
	-q		Never print headers
	-v		Always print headers`,
  options: { short: "n:c:qv", long: { lines: "n", bytes: "c", quiet: "q", silent: "q", verbose: "v" } },
  unreadable: {
    open: { busybox: "%", gnu: "cannot open '%' for reading" },
    read: { busybox: "%", gnu: "error reading '%'" },
  },
  rewrite: ([first = "", ...rest]) => [first.replace(/^-(\d+)$/u, "-n$1"), ...rest],
  async run(call) {
    const { options, operands, out } = call;
    const inBytes = options.last("nc") === "c";
    const text = options.value(inBytes ? "c" : "n") ?? "10";
    const butLast = text.startsWith("-");
    const count = sizeOf(butLast ? text.slice(1) : text, `invalid number of ${inBytes ? "bytes" : "lines"}`);
    const headers = options.has("v") || (operands.length > 1 && !options.has("q"));
    let first = true;
    return forEachSource(call, operands, async (source) => {
      if (headers) await out.print(`${first ? "" : "\n"}==> ${nameOf(source)} <==\n`);
      first = false;
      if (butLast) await allButLast(call, source, { count, inBytes });
      else await (inBytes ? firstBytes : firstLines)(call, source, count);
    });
  },
});

/** What a header calls a source. */
export function nameOf(source: Source): string {
  return source.name === "-" ? "standard input" : source.name;
}

async function firstLines({ out }: Call, source: Source, count: number): Promise<void> {
  const lines = lineReader(source);
  for (let left = count; left > 0; left--) {
    const line = await lines.next();
    if (line === undefined) return;
    await out.print(lines.terminated ? `${line}\n` : line);
  }
}

async function firstBytes({ out }: Call, source: Source, count: number): Promise<void> {
  let left = count;
  while (left > 0) {
    const chunk = await source.read(left);
    if (chunk === undefined) return;
    await out.write(chunk);
    left -= chunk.length;
  }
}

async function allButLast(
  { out }: Call,
  source: Source,
  { count, inBytes }: { count: number; inBytes: boolean },
): Promise<void> {
  const bytes = await readWhole(source);
  if (inBytes) {
    await out.write(bytes.subarray(0, Math.max(0, bytes.length - count)));
    return;
  }
  await out.write(bytes.subarray(0, startOfLastLines(bytes, count)));
}

/** Where the last `count` lines begin. */
export function startOfLastLines(bytes: Uint8Array, count: number): number {
  if (count === 0) return bytes.length;
  let at = bytes.length - 1;
  for (let left = count; left > 0; left--) {
    at = at <= 0 ? -1 : bytes.lastIndexOf(10, at - 1);
    if (at === -1) return 0;
  }
  return at + 1;
}

/** A count that may carry a sign. */
export function signedCount(text: string, what: string): { sign: string; count: number } {
  const sign = /^[-+]/u.exec(text)?.[0] ?? "";
  const count = sizeOf(text.slice(sign.length), what);
  if (!Number.isSafeInteger(count)) {
    throw new Failure({
      busybox: `invalid number '${text}'`,
      gnu: `${what}: '${text}': Value too large for defined data type`,
    });
  }
  return { sign, count };
}
