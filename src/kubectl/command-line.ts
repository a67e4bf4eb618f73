import { globalFlags } from "./global-flags.ts";
import { KubectlError, usageError } from "./kubectl-error.ts";
import type { Verb } from "./verb.ts";
import { verbs } from "./verbs/index.ts";

/** The command that the words name, from the outermost verb to the innermost, and the words that are left. */
export function findCommand(args: readonly string[]): { path: readonly Verb[]; words: readonly string[] } {
  if (args[0] === "help")
    return { path: pathOf(args.slice(1).filter((word) => !word.startsWith("-"))), words: ["--help"] };
  const path: Verb[] = [];
  let words = [...args];
  for (let known: readonly Verb[] | undefined = verbs; known;) {
    const at = firstWord(words, path);
    const name = at === undefined ? undefined : words[at];
    if (at === undefined || name === undefined) break;
    const verb: Verb | undefined = known.find(({ names }) => names.includes(name));
    if (!verb) {
      refuse(name, path);
      break;
    }
    path.push(verb);
    words = [...words.slice(0, at), ...words.slice(at + 1)];
    known = verb.verbs;
  }
  return { path, words };
}

function pathOf(names: readonly string[]): Verb[] {
  const path: Verb[] = [];
  let known: readonly Verb[] = verbs;
  for (const name of names) {
    const verb = known.find((one) => one.names.includes(name));
    if (!verb) throw new KubectlError(`unknown command ${JSON.stringify(name)} for "kubectl"`);
    path.push(verb);
    known = verb.verbs ?? [];
  }
  return path;
}

/** Where the first word stands that is neither a flag nor a flag's value. */
function firstWord(words: readonly string[], path: readonly Verb[]): number | undefined {
  const flags = [...globalFlags, ...(path.at(-1)?.flags ?? [])];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") return undefined;
    if (!word.startsWith("-") || word === "-") return at;
    const flag = flags.find(({ name, short }) => word === `--${name}` || (short !== undefined && word === `-${short}`));
    if (flag && flag.kind !== "boolean" && flag.kind !== "optional") at++;
  }
  return undefined;
}

function refuse(name: string, path: readonly Verb[]): void {
  const [parent] = path.slice(-1);
  if (parent?.run) return;
  if (parent) throw usageError(path.map(({ names }) => names[0]).join(" "), `unknown command ${JSON.stringify(name)}`);
  const near = verbs.map(({ names }) => names[0] ?? "").filter((one) => isNear(one, name));
  const advice = near.length > 0 ? `\n\nDid you mean this?\n${near.map((one) => `\t${one}\n`).join("")}` : "";
  throw new KubectlError(`unknown command ${JSON.stringify(name)} for "kubectl"${advice}`);
}

function isNear(name: string, typed: string): boolean {
  return name.startsWith(typed.toLowerCase()) || distance(typed.toLowerCase(), name) <= 2;
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min((row[j] ?? 0) + (letter === other ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
