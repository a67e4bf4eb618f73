import { isTurnDue } from "../../../regex/effort.ts";
import { compileRegex, type Regex } from "../../../regex/regex.ts";
import { RegexError } from "../../../regex/syntax.ts";
import { Random } from "../../../sim/random.ts";
import type { Call } from "../../applet.ts";
import { badRegex } from "../../bad-regex.ts";
import { Failure } from "../../failure.ts";
import { Cell } from "./cell.ts";
import type { Maybe } from "./maybe.ts";
import { AwkRecord } from "./record.ts";
import { Streams } from "./streams.ts";
import { Input, toNumber, toText, type Value } from "./value.ts";

/** Where the records of the main loop come from. */
export interface MainInput {
  next(): Promise<string | undefined>;
  skipFile(): void;
}

const defaults: Readonly<Record<string, string>> = {
  FS: " ",
  OFS: " ",
  ORS: "\n",
  RS: "\n",
  SUBSEP: "\u001C",
  CONVFMT: "%.6g",
  OFMT: "%.6g",
};

const stepsPerTurn = 500;
/** Characters of one value. */
export const longestText = 16 * 1024 * 1024;
const mostElements = 1_000_000;
const rememberedRegexes = 500;

/** What a running awk program works on. */
export class Machine {
  readonly call: Call;
  readonly record: AwkRecord;
  readonly streams: Streams;
  readonly globals = new Map<string, Cell>();
  /** The cells of the function that runs. */
  frame: Cell[] = [];
  depth = 0;
  random = new Random(0);
  seed = 0;
  input: MainInput | undefined;
  readonly #regexes = new Map<string, Regex>();
  readonly #settings = Object.fromEntries(Object.keys(defaults).map((name) => [name, this.global(name)]));
  #steps = 0;
  #elements = 0;

  constructor(call: Call) {
    this.call = call;
    const regex = (source: string) => this.regex(source);
    this.record = new AwkRecord({
      separator: () => this.setting("FS"),
      outputSeparator: () => this.setting("OFS"),
      text: (value) => this.text(value),
      regex,
    });
    this.streams = new Streams(call, regex);
    for (const [name, value] of Object.entries(defaults)) this.global(name).value = value;
    for (const name of ["NR", "FNR", "RSTART"]) this.global(name).value = 0;
    this.global("RLENGTH").value = -1;
    const environment = this.global("ENVIRON").array;
    for (const [name, value] of call.process.env) environment.set(name, new Input(value));
  }

  global(name: string): Cell {
    let cell = this.globals.get(name);
    if (cell === undefined) {
      cell = new Cell();
      this.globals.set(name, cell);
    }
    return cell;
  }

  /** One of FS, OFS, ORS, RS, SUBSEP, CONVFMT and OFMT. */
  setting(name: string): string {
    const value = this.#settings[name]?.value ?? "";
    return typeof value === "string" ? value : toText(value, "%.6g");
  }

  text(value: Value): string {
    return typeof value === "string" ? value : toText(value, this.setting("CONVFMT"));
  }

  /** As `print` shows it. */
  shown(value: Value): string {
    return typeof value === "number" ? toText(value, this.setting("OFMT")) : this.text(value);
  }

  regex(source: string): Regex {
    let regex = this.#regexes.get(source);
    if (regex === undefined) {
      try {
        regex = compileRegex(source, { extended: true });
      } catch (error) {
        if (error instanceof RegexError) throw new Failure(badRegex(source, error), 2);
        throw error;
      }
      if (this.#regexes.size >= rememberedRegexes) this.#regexes.clear();
      this.#regexes.set(source, regex);
    }
    return regex;
  }

  /** NR or FNR goes up by one. */
  count(name: "NR" | "FNR"): void {
    const cell = this.global(name);
    cell.value = toNumber(cell.value) + 1;
  }

  /** Counts work; a turn for others is due now and then. */
  step(): Maybe<void> {
    return ++this.#steps % stepsPerTurn === 0 || isTurnDue() ? this.call.process.pause() : undefined;
  }

  /** Refuses text that would fill the memory. */
  joined(left: string, right: string): string {
    if (left.length + right.length > longestText) throw new Failure("out of memory", 2);
    return left + right;
  }

  grow(): void {
    if (++this.#elements > mostElements) throw new Failure("out of memory", 2);
  }
}
