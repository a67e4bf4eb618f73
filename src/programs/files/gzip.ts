import { applet, type Call } from "../applet.ts";
import { gunzipped, gzipSink } from "../compression.ts";
import { Failure, reasonOf } from "../failure.ts";
import { type Source, sourceOrComplaint } from "../input.ts";
import { openForWriting, type Sink } from "../open.ts";
import { statOf } from "../paths.ts";

const long = {
  stdout: "c",
  "to-stdout": "c",
  force: "f",
  keep: "k",
  decompress: "d",
  test: "t",
  verbose: "v",
  best: "9",
  fast: "1",
};

export const gzip = applet({
  names: ["gzip"],
  usage: "[-cfkdt123456789] [FILE]...",
  help: `
Compress FILEs (or stdin)

	-1..9	Compression level
	-d	Decompress
	-c	Write to stdout
	-f	Force
	-k	Keep input files
	-t	Test integrity`,
  options: { short: "cfkdtvqn123456789", long },
  run: (call) => forEachFile(call, call.options.last("dt") !== undefined),
});

export const gunzip = applet({
  names: ["gunzip", "zcat"],
  usage: "[-cfkt] [FILE]...",
  help: `
Decompress FILEs (or stdin)

	-c	Write to stdout
	-f	Force
	-k	Keep input files
	-t	Test integrity`,
  options: { short: "cfkdtvq", long },
  run: (call) => forEachFile(call, true),
});

async function forEachFile(call: Call, unpacks: boolean): Promise<number> {
  const { operands } = call;
  let exitCode = 0;
  for (const path of operands.length === 0 ? ["-"] : operands) {
    if (!(await convert(call, path, unpacks))) exitCode = 1;
  }
  return exitCode;
}

/** To standard output, or into a file beside the one it replaces. */
async function convert(call: Call, path: string, unpacks: boolean): Promise<boolean> {
  const { process, options, name } = call;
  const toOutput = path === "-" || name === "zcat" || options.has("c") || options.has("t");
  const target = toOutput ? undefined : targetOf(path, unpacks);
  if (target === undefined && !toOutput) {
    await call.complain({ busybox: `${path}: unknown suffix - ignored`, gnu: `${path}: unknown suffix -- ignored` });
    return false;
  }
  if (target !== undefined && statOf(process, target) && !options.has("f")) {
    await call.complain(`can't open '${target}': File exists`);
    return false;
  }
  const source = await sourceOrComplaint(call, path);
  if (source === undefined) return false;
  try {
    await pour(call, source, { target, unpacks });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await call.complain(error.message);
    return false;
  } finally {
    source.close();
  }
  if (target !== undefined) finish(call, path, target);
  return true;
}

function targetOf(path: string, unpacks: boolean): string | undefined {
  if (!unpacks) return `${path}.gz`;
  if (/\.t(?:gz|az)$/u.test(path)) return path.replace(/\.t(?:gz|az)$/u, ".tar");
  return /\.(?:gz|z|Z)$/u.test(path) ? path.replace(/\.(?:gz|z|Z)$/u, "") : undefined;
}

async function pour(
  call: Call,
  source: Source,
  { target, unpacks }: { target: string | undefined; unpacks: boolean },
): Promise<void> {
  const { options, out } = call;
  if (unpacks) {
    const bytes = await gunzipped(source);
    if (options.has("t")) return;
    if (target === undefined) await out.write(bytes);
    else await withSink(call, target, (sink) => sink.write(bytes));
    return;
  }
  const level = Number(options.last("123456789") ?? "6");
  const compress = async (sink: Pick<Sink, "write">) => {
    const packer = gzipSink(sink, level);
    for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) await packer.write(chunk);
    await packer.end();
  };
  if (target === undefined) await compress({ write: async (bytes) => out.write(bytes) });
  else await withSink(call, target, compress);
}

async function withSink({ process }: Call, path: string, use: (sink: Sink) => Promise<void>): Promise<void> {
  let sink: Sink;
  try {
    sink = openForWriting(process, path);
  } catch (error) {
    throw new Failure(`can't open '${path}': ${reasonOf(error)}`);
  }
  await use(sink);
  sink.close();
}

function finish({ process, options }: Call, path: string, target: string): void {
  const { files } = process;
  const info = files.stat(process.resolve(path));
  files.chmod(process.resolve(target), info.mode);
  files.setTimes(process.resolve(target), info.modifiedAt);
  if (!options.has("k")) files.remove(process.resolve(path));
}
