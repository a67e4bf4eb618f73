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

/** `$-`. */
export function optionsText(options: Options): string {
  return optionNames.map((name) => (options[name] ? optionLetters[name] : "")).join("");
}
