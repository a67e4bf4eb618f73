import { decodeText } from "../../runtime/text.ts";
import type { Random } from "../../sim/random.ts";
import { applet, type Call } from "../applet.ts";
import { Failure } from "../failure.ts";
import { readWhole, sourceOrFailure } from "../input.ts";
import { countOf } from "../numbers.ts";
import { openForWriting } from "../open.ts";

export const shuf = applet({
  names: ["shuf"],
  usage: "[-n NUM] [-o FILE] [-z] [FILE | -e [ARG]... | -i L-H]",
  help: `
Randomly permute lines

	-n NUM	Output at most NUM lines
	-o FILE	Write to FILE, not standard output
	-z	NUL terminated output
	-e	Treat ARGs as lines
	-i L-H	Treat numbers L-H as lines`,
  options: {
    short: "n:o:zei:r",
    long: { "head-count": "n", output: "o", "zero-terminated": "z", echo: "e", "input-range": "i", repeat: "r" },
  },
  directory: "/usr/bin",
  async run(call) {
    const { options, process, out } = call;
    const drawn = drawnFromRange(call);
    const items = drawn ?? (await itemsOf(call));
    const end = options.has("z") ? "\0" : "\n";
    const count = options.has("n") ? countOf(options.value("n") ?? "") : undefined;
    const target = options.value("o");
    const sink = target === undefined ? undefined : openForWriting(process, target);
    if (options.has("r") && items.length > 0) {
      for (let i = 0; i < (count ?? Number.POSITIVE_INFINITY); i++) {
        await (sink ?? out).print((items[process.random.integer(items.length)] ?? "") + end);
      }
    } else for (const item of permuted(items, process.random).slice(0, count)) await (sink ?? out).print(item + end);
    sink?.close();
  },
});

/** A few numbers of a wide range, without a list of all. */
function drawnFromRange({ options, process }: Call): string[] | undefined {
  const [, low = "", high = ""] = /^(\d+)-(\d+)$/u.exec(options.value("i") ?? "") ?? [];
  const wanted = options.has("n") ? countOf(options.value("n") ?? "") : Number.POSITIVE_INFINITY;
  const count = Number(high) - Number(low) + 1;
  if (low === "" || options.has("r") || count <= mostItems || wanted > mostItems) return undefined;
  const drawn = new Set<number>();
  while (drawn.size < wanted) drawn.add(Number(low) + process.random.integer(count));
  return Array.from(drawn, String);
}

const mostItems = 1e5;

async function itemsOf(call: Call): Promise<string[]> {
  const { options, operands } = call;
  if (options.has("e")) return [...operands];
  const range = options.value("i");
  if (range !== undefined) {
    const [, low = "", high = ""] = /^(\d+)-(\d+)$/u.exec(range) ?? [];
    if (low === "" || Number(high) < Number(low)) throw new Failure(`invalid number range '${range}'`);
    if (Number(high) - Number(low) > 1e6) throw new Failure("out of memory");
    return Array.from({ length: Number(high) - Number(low) + 1 }, (_, index) => String(Number(low) + index));
  }
  const text = decodeText(await readWhole(await sourceOrFailure(call, operands[0] ?? "-")));
  const lines = text.split(options.has("z") ? "\0" : "\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** Fisher and Yates. */
function permuted(items: readonly string[], random: Random): string[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [out[i], out[j]] = [out[j] ?? "", out[i] ?? ""];
  }
  return out;
}
