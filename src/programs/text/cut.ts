import { decodeText, encodeText } from "../../runtime/text.ts";
import { applet } from "../applet.ts";
import { Misuse } from "../failure.ts";
import { knowsUnicode } from "../flavour.ts";
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
  unreadable: { open: "%" },
  async run(call) {
    const { options, operands, out } = call;
    const kind = options.last("bcf");
    if (kind === undefined) {
      const list = "a list of bytes, characters, or fields";
      throw new Misuse({ busybox: `expected ${list}`, gnu: `you must specify ${list}` });
    }
    const delimiter = options.value("d") ?? "\t";
    if (kind === "f" && Array.from(delimiter).length !== 1)
      throw new Misuse("the delimiter must be a single character");
    const spans = spansOf(options.value(kind) ?? "", kind, !options.has("D"));
    const glue = options.value("O") ?? (kind === "f" ? delimiter : "");
    const select = <T>(items: readonly T[]) => (options.has("complement") ? rest(items, spans) : chosen(items, spans));
    return forEachLine(call, operands, (line) => {
      if (kind === "f" && !line.includes(delimiter)) return options.has("s") ? undefined : out.print(`${line}\n`);
      const unit = kind === "c" && !knowsUnicode(call.process) ? "b" : kind;
      if (unit === "b") return out.print(`${decodeText(Uint8Array.from(select(Array.from(encodeText(line)))))}\n`);
      return out.print(`${select(kind === "f" ? line.split(delimiter) : Array.from(line)).join(glue)}\n`);
    });
  },
});

const zero = { f: "fields are numbered from 1", b: "byte/character positions are numbered from 1" } as const;

/** `1,3-5,7-`, from 1; sorted and merged unless they are to come in the order given. */
function spansOf(list: string, kind: string, sort: boolean): readonly Span[] {
  const spans = list.split(",").map((text): Span => {
    const match = /^(\d*)(-?)(\d*)$/u.exec(text);
    const [, from = "", dash = "", to = ""] = match ?? [];
    const isZero = Number(from) === 0 && from !== "";
    const what = kind === "f" ? "field" : "byte/character";
    const gnu = isZero ? zero[kind === "f" ? "f" : "b"] : `invalid ${what} value '${text}'`;
    if (!match || (from === "" && to === "") || isZero) throw new Misuse({ busybox: `invalid number '${text}'`, gnu });
    const first = from === "" ? 1 : Number(from);
    const last = dash === "" ? first : to === "" ? Number.POSITIVE_INFINITY : Number(to);
    if (last < first) throw new Misuse({ busybox: `invalid range '${text}'`, gnu: "invalid decreasing range" });
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
