import type { Regex } from "../../../regex/regex.ts";
import { Input, unset, type Value } from "./value.ts";

/** How fields are told apart and put together again; asked for each time, as a program may change it. */
export interface FieldRules {
  separator(): string;
  outputSeparator(): string;
  text(value: Value): string;
  regex(source: string): Regex;
}

const mostFields = 1_000_000;

/** The current record: `$0`, its fields and NF. Fields are cut when first asked for, `$0` is put together when asked for. */
export class AwkRecord {
  readonly #rules: FieldRules;
  #whole: Value = unset;
  #fields: Value[] | undefined = [];
  #isStale = false;

  constructor(rules: FieldRules) {
    this.#rules = rules;
  }

  get whole(): Value {
    if (this.#isStale) {
      this.#whole = new Input(this.fields.map((field) => this.#rules.text(field)).join(this.#rules.outputSeparator()));
      this.#isStale = false;
    }
    return this.#whole;
  }

  set whole(value: Value) {
    this.#whole = value;
    this.#fields = undefined;
    this.#isStale = false;
  }

  get fields(): Value[] {
    this.#fields ??= splitFields(this.#rules.text(this.#whole), this.#rules.separator(), this.#rules).map(
      (text) => new Input(text),
    );
    return this.#fields;
  }

  get count(): number {
    return this.fields.length;
  }

  set count(count: number) {
    const { fields } = this;
    while (fields.length < Math.min(count, mostFields)) fields.push(new Input(""));
    fields.length = Math.max(0, Math.min(count, mostFields));
    this.#isStale = true;
  }

  field(index: number): Value {
    return index === 0 ? this.whole : (this.fields[index - 1] ?? unset);
  }

  setField(index: number, value: Value): void {
    if (index === 0) {
      this.whole = value;
      return;
    }
    if (index > this.fields.length) this.count = index;
    this.fields[index - 1] = value;
    this.#isStale = true;
  }
}

/** By blanks for " ", by each character for "", by the very character for one, by a regular expression otherwise. */
export function splitFields(text: string, separator: string, { regex }: Pick<FieldRules, "regex">): string[] {
  if (text === "") return [];
  if (separator === " ") return text.match(/[^ \t\n]+/gu) ?? [];
  if (separator === "") return Array.from(text);
  if (separator.length === 1 && separator !== "\\") return text.split(separator);
  return splitBy(text, regex(separator));
}

export function splitBy(text: string, regex: Regex): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (let at = 0; at <= text.length;) {
    const match = regex.exec(text, at);
    if (match === undefined) break;
    if (match.end > match.start) {
      pieces.push(text.slice(from, match.start));
      from = match.end;
    }
    at = Math.max(match.end, match.start + 1);
  }
  return [...pieces, text.slice(from)];
}
