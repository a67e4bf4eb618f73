import { applet, type Call } from "../applet.ts";
import { Failure, reasonOf } from "../failure.ts";
import { readAtMost, type Source, sourceOrFailure } from "../input.ts";
import { humanSize, sizeOf } from "../numbers.ts";
import { openForWriting, type Sink } from "../open.ts";

export const dd = applet({
  names: ["dd"],
  usage:
    "[if=FILE] [of=FILE] [bs=N] [count=N] [skip=N] [seek=N]\n\t[conv=notrunc|noerror|sync|fsync] [iflag=skip_bytes|count_bytes|fullblock|direct] [oflag=append|direct]",
  help: `
Copy a file with converting and formatting

	if=FILE		Read from FILE instead of stdin
	of=FILE		Write to FILE instead of stdout
	bs=N		Read and write N bytes at a time
	count=N		Copy only N input blocks
	skip=N		Skip N input blocks
	seek=N		Skip N output blocks
	conv=notrunc	Don't truncate output file
	status=noxfer|none`,
  options: "",
  unreadable: { open: { busybox: "can't open '%'", gnu: "failed to open '%'" } },
  async run(call) {
    const settings = settingsOf(call);
    const source = await sourceOrFailure(call, settings.get("if") ?? "-");
    const sink = sinkOf(call, settings);
    const startedAt = call.process.clock.now();
    const copied: Copied = { full: 0, partial: 0, bytes: 0, lost: undefined };
    await copy(source, sink, { settings, copied }).finally(() => sink.close());
    await call.out.flush();
    if (copied.lost) await call.complain(lossOf(call, settings.get("of"), copied.lost.reason));
    await tell(call, settings.get("status"), { copied, ms: call.process.clock.now() - startedAt });
    return copied.lost ? 1 : 0;
  },
});

function lossOf({ flavour }: Call, path: string | undefined, reason: string): string {
  const name = path === undefined ? "standard output" : path;
  return flavour === "gnu" ? `writing to '${name}': ${reason}` : `error writing '${name}': ${reason}`;
}

async function tell(
  call: Call,
  status: string | undefined,
  { copied, ms }: { readonly copied: Copied; readonly ms: number },
): Promise<void> {
  const { full, partial, bytes, lost } = copied;
  if (status === "none") return;
  const read = lost?.isFull === true ? `${full + 1}+${partial}` : `${full}+${partial + (lost ? 1 : 0)}`;
  await call.process.warn(`${read} records in\n${full}+${partial} records out\n`);
  const isTold = status !== "noxfer" && (!lost || call.flavour === "gnu");
  if (isTold) await call.process.warn(summary(call, bytes, ms));
}

const known: ReadonlySet<string> = new Set("if of bs ibs obs count skip seek conv status iflag oflag".split(" "));

const flags: Readonly<Record<string, readonly string[]>> = {
  conv: ["notrunc", "noerror", "sync", "fsync", "fdatasync"],
  iflag: ["skip_bytes", "count_bytes", "fullblock", "direct"],
  oflag: ["append", "direct"],
  status: ["none", "noxfer", "progress"],
};

function settingsOf({ operands }: Call): ReadonlyMap<string, string> {
  return new Map(
    operands.map((operand) => {
      const at = operand.indexOf("=");
      const name = operand.slice(0, at);
      if (!known.has(name)) throw new Failure(`invalid argument '${operand}'`);
      const flag = operand
        .slice(at + 1)
        .split(",")
        .find((one) => !(flags[name] ?? [one]).includes(one));
      if (flag !== undefined) throw new Failure(`invalid argument '${flag}' to '${name}'`);
      return [name, operand.slice(at + 1)] as const;
    }),
  );
}

function sinkOf({ process, out }: Call, settings: ReadonlyMap<string, string>): Pick<Sink, "write" | "close"> {
  const path = settings.get("of");
  const blockSize = sizeOf(settings.get("bs") ?? settings.get("obs") ?? "512");
  const seek = sizeOf(settings.get("seek") ?? "0") * blockSize;
  if (path === undefined) return { write: async (bytes) => out.write(bytes), close: () => {} };
  try {
    const absolute = process.resolve(path);
    const keeps =
      settings.get("conv")?.includes("notrunc") === true || settings.get("oflag")?.includes("append") === true;
    if (seek === 0 && !keeps) return openForWriting(process, path);
    return patcher(process, absolute, { seek, keeps });
  } catch (error) {
    const reason = reasonOf(error);
    throw new Failure({ busybox: `can't open '${path}': ${reason}`, gnu: `failed to open '${path}': ${reason}` });
  }
}

/** Writes into the middle of a file, which is put back when it is closed. */
function patcher(
  { files }: Call["process"],
  path: string,
  { seek, keeps }: { seek: number; keeps: boolean },
): Pick<Sink, "write" | "close"> {
  const before = files.exists(path) ? files.read(path) : new Uint8Array();
  const chunks: Uint8Array[] = [];
  return {
    write: async (bytes) => void chunks.push(bytes),
    close: () => {
      const written = Buffer.concat(chunks);
      const end = seek + written.length;
      const content = new Uint8Array(keeps ? Math.max(end, before.length) : end);
      content.set(before.subarray(0, keeps ? before.length : seek));
      content.set(written, seek);
      files.write(path, content);
    },
  };
}

interface Copied {
  full: number;
  partial: number;
  bytes: number;
  /** What could not be written. */
  lost: { readonly isFull: boolean; readonly reason: string } | undefined;
}

const largestBlock = 64 * 1024 * 1024;

interface Copying {
  readonly settings: ReadonlyMap<string, string>;
  readonly copied: Copied;
}

async function copy(source: Source, sink: Pick<Sink, "write">, { settings, copied }: Copying): Promise<void> {
  const size = sizeOf(settings.get("bs") ?? settings.get("ibs") ?? "512");
  if (size === 0) throw new Failure("invalid number '0'");
  if (size > largestBlock) throw new Failure("out of memory");
  const inBytes = (flag: string) => settings.get("iflag")?.includes(flag) === true;
  const count = settings.get("count");
  const limit = count === undefined ? Number.POSITIVE_INFINITY : sizeOf(count) * (inBytes("count_bytes") ? 1 : size);
  const pads = settings.get("conv")?.split(",").includes("sync") === true;
  await pass(source, sizeOf(settings.get("skip") ?? "0") * (inBytes("skip_bytes") ? 1 : size));
  while (copied.bytes < limit) {
    const block = await readAtMost(source, Math.min(size, limit - copied.bytes));
    source.hold(-block.length);
    if (block.length === 0) return;
    const isFull = block.length === size;
    try {
      await sink.write(pads ? padded(block, size) : block);
    } catch (error) {
      copied.lost = { isFull, reason: reasonOf(error) };
      return;
    }
    if (isFull) copied.full++;
    else copied.partial++;
    copied.bytes += block.length;
  }
}

async function pass(source: Source, bytes: number): Promise<void> {
  for (let left = bytes; left > 0;) {
    const chunk = await source.read(left);
    if (chunk === undefined) return;
    left -= chunk.length;
  }
}

function padded(block: Uint8Array, size: number): Uint8Array {
  if (block.length === size) return block;
  const whole = new Uint8Array(size);
  whole.set(block);
  return whole;
}

function summary({ flavour }: Call, bytes: number, ms: number): string {
  const seconds = Math.max(ms, 1) / 1000;
  if (flavour === "gnu") return gnuSummary(bytes, seconds);
  return `${bytes} bytes (${humanSize(bytes)}B) copied, ${seconds.toFixed(6)} seconds, ${humanSize(Math.round(bytes / seconds))}B/s\n`;
}

function gnuSummary(bytes: number, seconds: number): string {
  const sizes = [
    ...(bytes < 1000 ? [] : [scaled(bytes, 1000, "B")]),
    ...(bytes < 1024 ? [] : [scaled(bytes, 1024, "iB")]),
  ];
  const inBrackets = sizes.length === 0 ? "" : ` (${sizes.join(", ")})`;
  return `${bytes} bytes${inBrackets} copied, ${Number(seconds.toPrecision(6))} s, ${scaled(bytes / seconds, 1000, "B")}/s\n`;
}

function scaled(value: number, base: number, unit: string): string {
  const prefixes = ["", base === 1000 ? "k" : "K", "M", "G", "T"];
  let step = 0;
  let rest = value;
  while (rest >= base && step < prefixes.length - 1) {
    rest /= base;
    step++;
  }
  const digits = step === 0 && Number.isInteger(rest) ? String(rest) : rest < 100 ? rest.toFixed(1) : rest.toFixed(0);
  return `${digits} ${prefixes[step] ?? ""}${unit}`;
}
