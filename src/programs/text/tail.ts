import { concatBytes } from "../../api/bytes.ts";
import { applet, type Call } from "../applet.ts";
import { reasonOf } from "../failure.ts";
import { type Source, sourceOrComplaint } from "../input.ts";
import { durationMs } from "../numbers.ts";
import { nameOf, signedCount, startOfLastLines } from "./head.ts";

/** A file that is being followed, and how much of it has been seen. */
interface Followed {
  readonly path: string;
  readonly name: string;
  inode: number | undefined;
  size: number;
}

export const tail = applet({
  names: ["tail"],
  usage: "[OPTIONS] [FILE]...",
  help: `
Print last 10 lines of FILEs (or stdin) to.
With more than one FILE, precede each with a filename header.

	-c [+]N[bkm]	Print last N bytes
	-n N[bkm]	Print last N lines
	-n +N[bkm]	Start on Nth line and print the rest
	-q		Never print headers
	-v		Always print headers
	-f		Print data as file grows
	-F		Same as -f, but keep retrying
	-s SECONDS	Wait SECONDS between reads with -f`,
  options: {
    short: "n:c:qvfFs:",
    long: {
      lines: "n",
      bytes: "c",
      quiet: "q",
      silent: "q",
      verbose: "v",
      follow: "f",
      retry: "F",
      "sleep-interval": "s",
    },
  },
  unreadable: {
    open: { busybox: "can't open '%'", gnu: "cannot open '%' for reading" },
    read: { busybox: "%", gnu: "error reading '%'" },
  },
  rewrite: ([first = "", ...rest]) => [
    first.replace(/^-(\d+)(f?)$/u, "-$2n$1").replace(/^\+(\d+)$/u, "-n+$1"),
    ...rest,
  ],
  async run(call) {
    const { options, operands, process } = call;
    const paths = operands.length === 0 ? ["-"] : operands;
    const headers = options.has("v") || (paths.length > 1 && !options.has("q"));
    const followed: Followed[] = [];
    let exitCode = 0;
    for (const [index, path] of paths.entries()) {
      const source = await sourceOrComplaint(call, path);
      if (source === undefined) exitCode = 1;
      else {
        if (headers) await call.out.print(`${index === 0 ? "" : "\n"}==> ${nameOf(source)} <==\n`);
        await printEnd(call, source);
      }
      if (path !== "-" && (source !== undefined || options.has("F"))) {
        const absolute = process.resolve(path);
        followed.push({ path: absolute, name: path, ...extentOf(call, absolute, source !== undefined) });
      }
    }
    await tellOfNone(call, followed.length === 0);
    if (options.last("fF") !== undefined && followed.length > 0) await follow(call, followed, headers);
    return exitCode;
  },
});

async function tellOfNone(call: Call, isNone: boolean): Promise<void> {
  if (!isNone || call.operands.length === 0 || call.operands.includes("-")) return;
  if (call.flavour !== "gnu") await call.complain("no files");
  else if (call.options.last("fF") !== undefined) await call.complain("no files remaining");
}

async function printEnd({ options, out }: Call, source: Source): Promise<void> {
  const inBytes = options.last("nc") === "c";
  const { sign, count } = signedCount(
    options.value(inBytes ? "c" : "n") ?? "10",
    `invalid number of ${inBytes ? "bytes" : "lines"}`,
  );
  if (sign === "+") {
    await printFrom({ out }, source, { skip: Math.max(0, count - 1), inBytes });
    return;
  }
  await out.write(
    await lastOf(source, (bytes) => (inBytes ? Math.max(0, bytes.length - count) : startOfLastLines(bytes, count))),
  );
}

const trimAt = 256 * 1024;

/** What comes from `start` on, forgetting the rest now and then. */
async function lastOf(source: Source, start: (bytes: Uint8Array) => number): Promise<Uint8Array> {
  let kept: Uint8Array = new Uint8Array();
  let chunks: Uint8Array[] = [];
  let size = 0;
  const trim = () => {
    const bytes = concatBytes([kept, ...chunks]);
    source.hold(-kept.length);
    kept = bytes.slice(start(bytes));
    source.hold(kept.length);
    chunks = [];
    size = 0;
  };
  for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > trimAt && size > kept.length) trim();
  }
  trim();
  return kept;
}

async function printFrom(
  { out }: Pick<Call, "out">,
  source: Source,
  { skip, inBytes }: { skip: number; inBytes: boolean },
): Promise<void> {
  let left = skip;
  for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) {
    let at = 0;
    if (inBytes) at = Math.min(left, chunk.length);
    else for (let line = 0; line < left && at < chunk.length; line++) at = endOfLine(chunk, at);
    left -= inBytes ? at : countNewlines(chunk.subarray(0, at));
    await out.write(chunk.subarray(at));
  }
}

function endOfLine(chunk: Uint8Array, from: number): number {
  const end = chunk.indexOf(10, from);
  return end === -1 ? chunk.length : end + 1;
}

function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === 10) count++;
  return count;
}

/** Looks at the files every second, as busybox does: a file in a container tells nobody that it grew. */
async function follow(call: Call, followed: readonly Followed[], headers: boolean): Promise<void> {
  const { options, process, out } = call;
  const intervalMs = durationMs(options.value("s") ?? "1");
  let lastShown = followed.at(-1);
  for (;;) {
    await out.flush();
    await process.sleep(intervalMs);
    for (const file of followed) {
      const bytes = await growthOf(call, file);
      if (bytes.length === 0) continue;
      if (headers && file !== lastShown) await out.print(`\n==> ${file.name} <==\n`);
      lastShown = file;
      await out.write(bytes);
    }
  }
}

async function growthOf(call: Call, file: Followed): Promise<Uint8Array> {
  const { process, options } = call;
  const now = extentOf(call, file.path, true);
  if (now.inode === undefined) {
    if (file.inode !== undefined && options.has("F")) {
      const reason = "No such file or directory";
      await call.complain({
        busybox: `${file.name}: ${reason}`,
        gnu: `'${file.name}' has become inaccessible: ${reason}`,
      });
      file.inode = undefined;
    }
    return new Uint8Array();
  }
  const replaced = now.inode !== file.inode;
  if (replaced && !options.has("F")) return new Uint8Array();
  if (replaced) {
    const gnu =
      file.inode === undefined ? "has appeared;  following new file" : "has been replaced;  following new file";
    await call.complain({
      busybox: `${file.name} has been replaced; following end of new file`,
      gnu: `'${file.name}' ${gnu}`,
    });
  }
  const from = replaced || now.size < file.size ? 0 : file.size;
  file.inode = now.inode;
  file.size = now.size;
  return now.size === from ? new Uint8Array() : process.files.read(file.path).subarray(from, now.size);
}

function extentOf({ process }: Call, path: string, present: boolean): { inode: number | undefined; size: number } {
  try {
    const { inode, size } = process.files.stat(path);
    return { inode: present ? inode : undefined, size };
  } catch (error) {
    reasonOf(error);
    return { inode: undefined, size: 0 };
  }
}
