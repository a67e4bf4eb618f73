import { evaluateArithmetic } from "../arithmetic/evaluate.ts";
import { Elements } from "../elements.ts";
import { sortedKeys } from "../expand/parameter-value.ts";
import { ShellError } from "../jumps.ts";
import type { Outcome } from "../run/outcome.ts";
import type { Shell } from "../shell.ts";
import { isName } from "../variables.ts";
import type { Variable } from "../variables.ts";
import type { Builtin } from "./builtin.ts";
import { keepOptions } from "./keep-options.ts";

/** Bash's `declare`: attributes of variables. In a function it declares local ones. */
export const declare: Builtin = {
  names: ["declare", "typeset"],
  dialects: ["bash"],
  run: (shell, argv) => declareNames(shell, argv),
};

/** Also bash's `local`. */
export function declareNames(shell: Shell, argv: readonly string[]): Outcome {
  const words = argv.slice(1);
  let on = "";
  let off = "";
  for (let word = words[0]; word !== undefined && /^[-+][a-zA-Z]+$/.test(word); word = words[0]) {
    if (word.startsWith("-")) on += word.slice(1);
    else off += word.slice(1);
    words.shift();
  }
  const unknown = /[^aAirxpfFglun]/.exec(on + off)?.[0];
  if (unknown) throw new ShellError(`-${unknown}: this attribute is not simulated`, 2, false);
  const isLocal = argv[0] === "local";
  if (isLocal && shell.functionNames.length === 0) throw new ShellError("can only be used in a function", 1, false);
  if (/[fF]/.test(on)) return showFunctions(shell, words, on.includes("F"));
  if (on.includes("p") || (words.length === 0 && !isLocal)) return show(shell, words, on);
  for (const word of words)
    declareOne(shell, word, { on, off, isLocal: shell.functionNames.length > 0 && !on.includes("g") });
  return 0;
}

interface Attributes {
  readonly on: string;
  readonly off: string;
  readonly isLocal: boolean;
}

function declareOne(shell: Shell, word: string, { on, off, isLocal }: Attributes): void {
  const [, name = "", append = "", hasValue, value = ""] = /^([^=+]*)(\+?)(=)?([^]*)$/.exec(word) ?? [];
  if (isLocal && word === "-") return keepOptions(shell);
  if (!isName(name)) throw new ShellError(`\`${word}': not a valid identifier`, 1, false);
  if (isLocal) shell.variables.local(name, on.includes("I"));
  if (on.includes("n")) {
    if (hasValue && !isName(value))
      throw new ShellError(`\`${value}': invalid variable name for name reference`, 1, false);
    if (hasValue && value === name)
      throw new ShellError(`${name}: nameref variable self references not allowed`, 1, false);
    shell.variables.refer(name, hasValue ? value : name);
    return;
  }
  const variable = shell.variables.declare(name);
  if (on.includes("i")) variable.integer = true;
  if (off.includes("i")) variable.integer = false;
  if (/[lu]/.test(on)) variable.letters = on.lastIndexOf("l") > on.lastIndexOf("u") ? "lower" : "upper";
  if (/[lu]/.test(off)) variable.letters = undefined;
  if (/[aA]/.test(on) && !variable.elements) {
    shell.variables.setArray(name, Elements.from(variable), on.includes("A"));
  }
  if (hasValue) {
    const text = append ? (shell.variables.get(name) ?? "") + value : value;
    shell.variables.set(name, variable.integer ? String(evaluateArithmetic(shell, text)) : text);
  }
  if (on.includes("x")) shell.variables.export(name);
  if (off.includes("x")) shell.variables.export(name, false);
  if (on.includes("r")) variable.readOnly = true;
}

async function show(shell: Shell, names: readonly string[], attributes: string): Promise<number> {
  let status = 0;
  const wanted = Array.from(attributes.replace("p", ""));
  for (const [name, variable] of shell.variables.all()) {
    if (names.length > 0 ? !names.includes(name) : !wanted.every((letter) => lettersOf(variable).includes(letter)))
      continue;
    await shell.print(`${declaration(name, variable)}\n`);
  }
  for (const name of names) {
    if (shell.variables.find(name)) continue;
    await shell.complain(`${name}: not found`);
    status = 1;
  }
  return status;
}

function lettersOf({ elements, associative, integer, letters, readOnly, exported }: Variable): string {
  const array = elements ? (associative ? "A" : "a") : "";
  const folded = letters === undefined ? "" : letters === "lower" ? "l" : "u";
  return array + (integer ? "i" : "") + (readOnly ? "r" : "") + (exported ? "x" : "") + folded;
}

function declaration(name: string, variable: Variable): string {
  const { elements, value, associative } = variable;
  const head = `declare -${lettersOf(variable) || "-"} ${name}`;
  if (!elements) return value === undefined ? head : `${head}=${quoted(value)}`;
  const shown = sortedKeys(elements, associative).map((key) => `[${key}]=${quoted(elements.get(key) ?? "")}`);
  return `${head}=(${shown.join(" ")}${associative && shown.length > 0 ? " " : ""})`;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"$`]/g, "\\$&")}"`;
}

async function showFunctions(shell: Shell, names: readonly string[], onlyNames: boolean): Promise<number> {
  let status = 0;
  for (const name of names.length > 0 ? names : [...shell.functions.keys()].toSorted()) {
    const called = shell.functions.get(name);
    if (!called) status = 1;
    else await shell.print(onlyNames ? (names.length > 0 ? `${name}\n` : `declare -f ${name}\n`) : `${called.text}\n`);
  }
  return status;
}
