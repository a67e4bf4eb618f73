import { applet, type Call } from "../applet.ts";
import { Failure } from "../failure.ts";
import { readWhole, sourceOrFailure } from "../input.ts";
import { sizeOf } from "../numbers.ts";
import { printable } from "./hexdump.ts";

export const xxd = applet({
  names: ["xxd"],
  usage: "[-pri] [-g N] [-c N] [-l LEN] [-s OFS] [-o OFS] [FILE]",
  help: `
Hex dump FILE (or stdin)

	-g N		Bytes per group
	-c N		Bytes per line
	-p		Show only hex bytes, assumes -c30
	-i		C include file style
	-l LENGTH	Show only first LENGTH bytes
	-s OFFSET	Skip OFFSET bytes
	-r		Reverse (with -p, assumes no offsets in input)`,
  options: { short: "prig:c:l:s:o:u", long: { plain: "p", revert: "r" } },
  directory: "/usr/bin",
  async run(call) {
    const { options, operands, out } = call;
    const source = await sourceOrFailure(call, operands[0] ?? "-");
    const whole = await readWhole(source);
    if (options.has("r")) {
      await out.write(reversed(Buffer.from(whole).toString("latin1"), options.has("p")));
      return;
    }
    const skip = sizeOf(options.value("s") ?? "0");
    const bytes = whole.subarray(skip, options.has("l") ? skip + sizeOf(options.value("l") ?? "") : undefined);
    const columns = sizeOf(options.value("c") ?? defaultColumns(call)) || 16;
    if (columns > mostColumns) throw new Failure(`invalid number of columns (max. ${mostColumns}).`);
    if (options.has("i")) await out.print(`${cArray(bytes)}\n`);
    else await dump(call, bytes, { columns, skip });
  },
});

const mostColumns = 256;

function defaultColumns({ options }: Call): string {
  if (options.has("p")) return "30";
  return options.has("i") ? "12" : "16";
}

async function dump(
  { options, out }: Call,
  bytes: Uint8Array,
  { columns, skip }: { columns: number; skip: number },
): Promise<void> {
  const group = sizeOf(options.value("g") ?? "2") || columns;
  const offset = sizeOf(options.value("o") ?? "0") + skip;
  for (let at = 0; at < bytes.length; at += columns) {
    const line = bytes.subarray(at, at + columns);
    const hex = Buffer.from(line).toString("hex");
    const shown = options.has("u") ? hex.toUpperCase() : hex;
    if (options.has("p")) await out.print(`${shown}\n`);
    else {
      const groups = shown.match(new RegExp(`.{1,${group * 2}}`, "gu")) ?? [];
      const width = columns * 2 + Math.ceil(columns / group) - 1;
      const address = (at + offset).toString(16).padStart(8, "0");
      await out.print(`${address}: ${groups.join(" ").padEnd(width)}  ${printable(line)}\n`);
    }
  }
}

function cArray(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 12) {
    lines.push(
      `  ${[...bytes.subarray(at, at + 12)].map((byte) => `0x${byte.toString(16).padStart(2, "0")}`).join(", ")}`,
    );
  }
  return lines.join(",\n");
}

function reversed(text: string, plain: boolean): Uint8Array {
  const lines = text.split("\n").map((line) => (plain ? line : line.replace(/^[^:]*:/u, "").replace(/ {2}.*$/u, "")));
  return Buffer.from(lines.join("").replace(/[^0-9a-fA-F]/gu, ""), "hex");
}
