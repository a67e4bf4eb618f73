import { applet, UsageError } from "../applet.ts";
import { Failure } from "../failure.ts";
import { forEachLine } from "../input.ts";

type Span = readonly [from: number, to: number];

export const cut = applet({
  names: ["cut"],
  usage: "{-b|c LIST | -f LIST [-d SEP] [-s]} [-D] [-O SEP] [FILE]...",
  help: `
Print selected fields from FILEs to stdout

	-b LIST	Output only bytes from LIST
	-c LIST	Output only characters from LIST
	-d SEP	Input field delimiter (default tab, -f only)
	-f LIST	Print only these fields (-d is single char)
	-s	Drop lines with no delimiter (else print them in full)
	-D	Don't sort ranges
	-O SEP	Output field delimeter (default = -d for -f)
	-n	Ignored`,
  options: {
    short: "b:c:f:d:sDO:n",
    long: {
      bytes: "b",
      characters: "c",
      fields: "f",
      delimiter: "d",
      "only-delimited": "s",
      "output-delimiter": "O",
      complement: "complement",
    },
  },
  directory: "/usr/bin",
  async run(call) {
    const { options, operands, out } = call;
    const kind = options.last("bcf");
    if (kind === undefined) throw new UsageError("expected a list of bytes, characters, or fields");
    const delimiter = options.value("d") ?? "\t";
    if (kind === "f" && Array.from(delimiter).length !== 1)
      throw new Failure("the delimiter must be a single character");
    const spans = spansOf(options.value(kind) ?? "", !options.has("D"));
    const glue = options.value("O") ?? (kind === "f" ? delimiter : "");
    const select = <T>(items: readonly T[]) => (options.has("complement") ? rest(items, spans) : chosen(items, spans));
    return forEachLine(call, operands, (line) => {
      if (kind === "f" && !line.includes(delimiter)) return options.has("s") ? undefined : out.print(`${line}\n`);
      if (kind === "b") return out.print(`${Buffer.from(select(Array.from(Buffer.from(line)))).toString()}\n`);
      return out.print(`${select(kind === "f" ? line.split(delimiter) : Array.from(line)).join(glue)}\n`);
    });
  },
});

/** `1,3-5,7-`, from 1; sorted and merged unless they are to come in the order given. */
function spansOf(list: string, sort: boolean): readonly Span[] {
  const spans = list.split(",").map((text): Span => {
    const match = /^(\d*)(-?)(\d*)$/u.exec(text);
    const [, from = "", dash = "", to = ""] = match ?? [];
    if (!match || (from === "" && to === "") || from === "0" || to === "0")
      throw new Failure(`invalid number '${text}'`);
    const first = from === "" ? 1 : Number(from);
    const last = dash === "" ? first : to === "" ? Number.POSITIVE_INFINITY : Number(to);
    if (last < first) throw new Failure(`invalid range '${text}'`);
    return [first, last];
  });
  if (!sort) return spans;
  const merged: Span[] = [];
  for (const [from, to] of spans.toSorted(([a], [b]) => a - b)) {
    const before = merged.at(-1);
    if (before && from <= before[1] + 1) merged[merged.length - 1] = [before[0], Math.max(before[1], to)];
    else merged.push([from, to]);
  }
  return merged;
}

function chosen<T>(items: readonly T[], spans: readonly Span[]): T[] {
  return spans.flatMap(([from, to]) => items.slice(from - 1, to));
}

function rest<T>(items: readonly T[], spans: readonly Span[]): T[] {
  return items.filter((_, index) => !spans.some(([from, to]) => index + 1 >= from && index + 1 <= to));
}
