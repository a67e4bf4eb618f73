import { SystemError } from "../../runtime/process.ts";
import { encodeText } from "../../runtime/text.ts";
import { applet, type Call, UsageError } from "../applet.ts";
import { Failure, reasonOf } from "../failure.ts";
import { openSource, type Source, sourceOrFailure } from "../input.ts";
import { type LineReader, lineReader } from "../line-reader.ts";
import { countOf } from "../numbers.ts";
import { type GrepFile, grepFiles } from "./grep-files.ts";
import { type Matcher, matcherOf } from "./grep-matcher.ts";

export const grep = applet({
  names: ["grep", "egrep", "fgrep"],
  usage: "[-HhnlLoqvsrRiwFEz] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...",
  help: `
Search for PATTERN in FILEs (or stdin)

	-H	Add 'filename:' prefix
	-h	Do not add 'filename:' prefix
	-n	Add 'line_no:' prefix
	-l	Show only names of files that match
	-L	Show only names of files that don't match
	-c	Show only count of matching lines
	-o	Show only the matching part of line
	-q	Quiet. Return 0 if PATTERN is found, 1 otherwise
	-v	Select non-matching lines
	-s	Suppress open and read errors
	-r	Recurse
	-R	Recurse and dereference symlinks
	-i	Ignore case
	-w	Match whole words only
	-x	Match whole lines only
	-F	PATTERN is a literal (not regexp)
	-E	PATTERN is an extended regexp
	-z	NUL terminated input
	-m N	Match up to N times per file
	-A N	Print N lines of trailing context
	-B N	Print N lines of leading context
	-C N	Same as '-A N -B N'
	-e PTRN	Pattern to match
	-f FILE	Read pattern from file`,
  options: {
    short: "HhnlLcoqvsrRiwxFEazm:A:B:C:e:f:",
    gnu: "GPybZTUId:D:",
    long: {
      "extended-regexp": "E",
      "fixed-strings": "F",
      "basic-regexp": "G",
      "perl-regexp": "P",
      "ignore-case": "i",
      "invert-match": "v",
      "word-regexp": "w",
      "line-regexp": "x",
      count: "c",
      "files-with-matches": "l",
      "files-without-match": "L",
      "max-count": "m",
      "only-matching": "o",
      quiet: "q",
      silent: "q",
      "no-messages": "s",
      "line-number": "n",
      "with-filename": "H",
      "no-filename": "h",
      "after-context": "A",
      "before-context": "B",
      context: "C",
      recursive: "r",
      "dereference-recursive": "R",
      regexp: "e",
      file: "f",
      text: "a",
      color: "color::",
      colour: "color::",
      include: "include:",
      exclude: "exclude:",
      "exclude-dir": "exclude-dir:",
      "line-buffered": "line-buffered",
      "byte-offset": "b",
      null: "Z",
      "null-data": "z",
      "initial-tab": "T",
    },
  },
  usageExitCode: 2,
  gnu: {
    usage: "[OPTION]... PATTERNS [FILE]...",
    hint: (name) => `Usage: grep [OPTION]... PATTERNS [FILE]...\nTry '${name} --help' for more information.`,
  },
  rewrite: ([first = "", ...rest]) => [first.replace(/^-(\d+)$/u, "-C$1"), ...rest],
  async run(call) {
    const { options, operands } = call;
    const { patterns, paths } = await patternsOf(call, operands);
    const matcher = matcherOf(call.name, options, patterns);
    const search: Search = { call, matcher, found: false, failed: false, ...contextOf(call) };
    const files = grepFiles(call, paths);
    const titled = options.last("Hh") ?? (files.length > 1 || options.last("rR") !== undefined ? "H" : "h");
    for (const file of files) {
      await searchFile(search, file, titled === "H");
      if (search.found && options.has("q")) return 0;
    }
    if (search.failed) return 2;
    return search.found ? 0 : 1;
  },
});

interface Search {
  readonly call: Call;
  readonly matcher: Matcher;
  readonly before: number;
  readonly after: number;
  found: boolean;
  failed: boolean;
  /** Something with context has been printed, so that `--` must come between. */
  printed?: boolean;
}

async function patternsOf(
  call: Call,
  operands: readonly string[],
): Promise<{ patterns: readonly string[]; paths: readonly string[] }> {
  const { options } = call;
  const given = options.values("e").flatMap((text) => text.split("\n"));
  for (const path of options.values("f")) {
    const lines = lineReader(await sourceOrFailure(call, path, 2));
    for (let line = await lines.next(); line !== undefined; line = await lines.next()) given.push(line);
  }
  if (options.has("e") || options.has("f")) return { patterns: given, paths: operands };
  const [pattern, ...paths] = operands;
  if (pattern === undefined) throw new UsageError("");
  return { patterns: pattern.split("\n"), paths };
}

function contextOf({ options }: Call): { before: number; after: number } {
  const count = (letter: string) => {
    const text = options.value(letter) ?? options.value("C") ?? "0";
    const gnu = `${text}: invalid context length argument`;
    if (!/^\d+$/u.test(text)) throw new Failure({ busybox: `invalid number '${text}'`, gnu }, 2);
    return Number(text);
  };
  if (options.last("oclLq") !== undefined) return { before: 0, after: 0 };
  return { before: count("B"), after: count("A") };
}

async function searchFile(search: Search, file: GrepFile, titled: boolean): Promise<void> {
  const { call } = search;
  const { options, out } = call;
  const source = await opened(search, file);
  if (source === undefined) return;
  const title = file.path === "-" ? "(standard input)" : file.name;
  const printer = printerOf(search, titled ? title : undefined);
  const count = await searchLines(search, source, { printer, title });
  source.close();
  if (count > 0) search.found = true;
  if (options.has("q")) return;
  if (options.has("c")) await out.print(`${titled ? printer.titled(":") : ""}${count}\n`);
  if ((options.has("l") && count > 0) || (options.has("L") && count === 0))
    await out.print(options.has("Z") ? `${title}\0` : `${title}\n`);
}

async function opened(search: Search, { path, name }: GrepFile): Promise<Source | undefined> {
  const { call } = search;
  try {
    return await openSource(call, path);
  } catch (error) {
    const reason = reasonOf(error);
    const isDirectory = error instanceof SystemError && error.code === "EISDIR";
    if (isDirectory && call.flavour !== "gnu") return undefined;
    search.failed = true;
    if (!call.options.has("s")) await call.complain(`${name}: ${reason}`);
    return undefined;
  }
}

/** Resolves with how many lines were selected. */
async function searchLines(
  search: Search,
  source: Source,
  { printer, title }: { readonly printer: Printer; readonly title: string },
): Promise<number> {
  const { call, matcher, before, after } = search;
  const { options } = call;
  const silent = options.last("qlLc") !== undefined;
  const stopAt = options.last("qlL") === undefined ? countOf(options.value("m") ?? "9007199254740991") : 1;
  const isBinary = binaryDetector(search.call, source);
  const lines: LineReader = lineReader(isBinary.source, options.has("z") ? "\0" : "\n");
  let offset = 0;
  let earlier: string[] = [];
  let count = 0;
  let trailing = 0;
  let number = 0;
  while (count < stopAt || trailing > 0) {
    const line = await lines.next();
    if (line === undefined) break;
    number++;
    const selected = count < stopAt && matcher.test(line) !== options.has("v");
    const place = { number, offset };
    if (options.has("b")) offset += encodeText(line).length + 1;
    if (selected) {
      count++;
      if (!silent && isBinary.yes()) {
        await call.complain(`${title}: binary file matches`);
        return count;
      }
      if (!silent) await printer.selected(line, place, earlier);
      earlier = [];
      trailing = after;
    } else if (trailing > 0) {
      trailing--;
      await printer.context(line, place);
    } else if (before > 0) earlier = [...earlier.slice(-before + 1 || earlier.length), line];
  }
  return stopAt === 0 ? 0 : count;
}

/** GNU's grep prints no lines of a file that has a NUL in it. */
function binaryDetector(
  { flavour, options }: Call,
  source: Source,
): { source: Pick<Source, "read" | "rest">; yes(): boolean } {
  if (flavour !== "gnu" || options.last("az") !== undefined) return { source, yes: () => false };
  let found = false;
  const read = async (limit?: number) => {
    const chunk = await source.read(limit);
    found ||= chunk?.includes(0) === true;
    return chunk;
  };
  return { source: { ...source, read }, yes: () => found };
}

interface Place {
  readonly number: number;
  /** In bytes, of the line's beginning. */
  readonly offset: number;
}

interface Printer {
  titled(mark: string): string;
  selected(line: string, place: Place, earlier: readonly string[]): Promise<void>;
  context(line: string, place: Place): Promise<void>;
}

/** Colours of GNU's grep: each ends with an order to clear the rest of the line. */
function painter({ flavour, options, process }: Call): (code: string, text: string) => string {
  const when = options.value("color");
  const paints = when !== undefined && (when === "always" || (when !== "never" && process.stdout.isTerminal));
  if (!paints) return (_, text) => text;
  if (flavour !== "gnu") return (code, text) => (code === "01;31" ? `\u001B[1;31m${text}\u001B[m` : text);
  return (code, text) => `\u001B[${code}m\u001B[K${text}\u001B[m\u001B[K`;
}

function printerOf(search: Search, title: string | undefined): Printer {
  const { call, matcher, before, after } = search;
  const { options, out } = call;
  const paint = painter(call);
  const end = options.has("z") ? "\0" : "\n";
  const titled = (mark: string) => {
    if (title === undefined) return "";
    return paint("35", title) + (options.has("Z") ? "\0" : paint("36", mark));
  };
  const numbered = (number: number, mark: string) => paint("32", String(number)) + paint("36", mark);
  const prefix = ({ number, offset }: Place, mark: string, at = 0) => {
    const parts = [
      titled(mark),
      options.has("n") ? numbered(number, mark) : "",
      options.has("b") ? numbered(offset + at, mark) : "",
    ];
    const all = parts.join("");
    return options.has("T") && all !== "" ? `${all}\t` : all;
  };
  let last = -1;
  const separate = async (number: number) => {
    if (before + after > 0 && search.printed === true && number !== last + 1) await out.print(`${paint("36", "--")}\n`);
    search.printed = true;
    last = number;
  };
  const context = async (line: string, place: Place) => {
    await separate(place.number);
    await out.print(`${prefix(place, "-")}${line}${end}`);
  };
  return {
    titled,
    context,
    async selected(line, place, earlier) {
      const first = place.number - earlier.length;
      for (const [index, text] of earlier.entries()) await context(text, { number: first + index, offset: 0 });
      await separate(place.number);
      const highlight = (text: string) => paint("01;31", text);
      if (!options.has("o")) {
        const shown = options.has("v") || !options.has("color") ? line : highlighted(matcher, line, highlight);
        await out.print(`${prefix(place, ":")}${shown}${end}`);
      } else if (!options.has("v")) {
        for (const [start, stop] of matcher.all(line)) {
          const at = options.has("b") ? encodeText(line.slice(0, start)).length : 0;
          await out.print(`${prefix(place, ":", at)}${highlight(line.slice(start, stop))}${end}`);
        }
      }
    },
  };
}

function highlighted(matcher: Matcher, line: string, highlight: (text: string) => string): string {
  let out = "";
  let at = 0;
  for (const [start, end] of matcher.all(line)) {
    out += line.slice(at, start) + highlight(line.slice(start, end));
    at = end;
  }
  return out + line.slice(at);
}
