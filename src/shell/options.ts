import type { Dialect } from "./dialects/dialect.ts";

/** `set -o` names and their letters, in the order `set -o` lists them. */
export const optionLetters = {
  errexit: "e",
  noglob: "f",
  ignoreeof: "I",
  interactive: "i",
  monitor: "m",
  noexec: "n",
  stdin: "s",
  xtrace: "x",
  verbose: "v",
  noclobber: "C",
  allexport: "a",
  notify: "b",
  nounset: "u",
  vi: "V",
  emacs: "",
  nolog: "",
  pipefail: "",
  errtrace: "E",
  functrace: "T",
  braceexpand: "B",
  hashall: "h",
} as const;

/** Only bash has these. */
export const bashOptions: readonly OptionName[] = ["errtrace", "functrace", "braceexpand", "hashall"];

export type OptionName = keyof typeof optionLetters;

export const optionNames = Object.keys(optionLetters) as OptionName[];

/** What is switched on. */
export type Options = Record<OptionName, boolean>;

export function noOptions(): Options {
  return Object.fromEntries(optionNames.map((name) => [name, false])) as Options;
}

export function optionOfLetter(letter: string): OptionName | undefined {
  return optionNames.find((name) => optionLetters[name] === letter);
}

/** In bash's order. */
const letterOrder = "abefhikmnuvxBCET";

/** `$-`; all but dash mark what `-c` gave. */
export function optionsText({ options, dialect, isCommand }: OptionHolder): string {
  const names = optionNames.filter((name) => options[name]);
  const letters = names.map((name) => optionLetters[name]);
  const given = isCommand ? "c" : "";
  if (!dialect.bash) return dialect.name === "ash" ? given + letters.join("") : letters.join("");
  const sorted = letters.filter((letter) => letterOrder.includes(letter) && letter !== "");
  const last = options.stdin ? "s" : given;
  return sorted.toSorted((a, b) => letterOrder.indexOf(a) - letterOrder.indexOf(b)).join("") + last;
}

/** A shell, as far as its options go. */
interface OptionHolder {
  readonly options: Options;
  readonly dialect: Dialect;
  readonly isCommand: boolean;
}
