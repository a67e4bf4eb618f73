import { SystemError } from "../../runtime/process.ts";
import { isDirectory } from "../expand/pathname.ts";
import { homeOf } from "../expand/tilde.ts";
import { findBuiltin, pathDirectories } from "../run/find-command.ts";
import type { Shell } from "../shell.ts";

/** What Tab adds at the cursor, and, where that is nothing, what could be meant. */
export interface Completion {
  readonly insertion: string;
  readonly choices: readonly string[];
}

/** Completes the word that ends `before`: a command where one is due, else a path or a variable. */
export function completeLine(shell: Shell, before: string): Completion {
  const word = /(?:[^\s;&|<>()'"=]|\\.)*$/.exec(before)?.[0] ?? "";
  const lead = before.slice(0, before.length - word.length);
  if (word.startsWith("$")) return completeVariable(shell, word);
  const isCommand = /(?:^|[;&|(]|\b(?:then|do|else|sudo|exec|time))\s*$/.test(lead) && !word.includes("/");
  return isCommand ? complete(word, commandsIn(shell, word)) : completePath(shell, word);
}

interface Candidate {
  readonly name: string;
  /** What follows the name once it is the only one. */
  readonly tail: string;
}

function complete(word: string, candidates: readonly Candidate[]): Completion {
  const names = candidates.map(({ name }) => name);
  const [only] = candidates;
  if (!only) return { insertion: "", choices: [] };
  const rest = commonPrefix(names).slice(word.length);
  const insertion = escapeBlanks(rest) + (candidates.length === 1 ? only.tail : "");
  return { insertion, choices: candidates.map(({ name, tail }) => name + tail.trim()) };
}

function commandsIn(shell: Shell, prefix: string): Candidate[] {
  const builtins = [...shell.interpreter.builtins.keys()].filter((name) => findBuiltin(shell, name));
  const programs = pathDirectories(shell).flatMap((directory) => namesIn(shell, directory));
  const names = [...builtins, ...shell.functions.keys(), ...shell.aliases.keys(), ...programs];
  return [...new Set(names)]
    .filter((name) => name.startsWith(prefix))
    .toSorted()
    .map((name) => ({ name, tail: " " }));
}

function completePath(shell: Shell, word: string): Completion {
  const plain = word.replace(/\\(.)/g, "$1");
  const slash = plain.lastIndexOf("/") + 1;
  const typed = plain.slice(0, slash);
  const user = /^~([^/]*)\//.exec(typed);
  const home = user ? homeOf(shell, user[1] ?? "") : undefined;
  const directory = user && home !== undefined ? home + typed.slice(user[0].length - 1) : typed;
  const prefix = plain.slice(slash);
  const candidates = namesIn(shell, directory || ".")
    .filter((name) => name.startsWith(prefix) && (prefix.startsWith(".") || !name.startsWith(".")))
    .map((name) => {
      const path = shell.process.resolve(directory + name);
      return { name, tail: isDirectory(shell.process.files, path) ? "/" : " " };
    });
  return complete(prefix, candidates);
}

function completeVariable(shell: Shell, word: string): Completion {
  const names = shell.variables.names(word.slice(1));
  return complete(
    word,
    names.map((name) => ({ name: `$${name}`, tail: " " })),
  );
}

function namesIn(shell: Shell, directory: string): readonly string[] {
  try {
    return shell.process.files.list(shell.process.resolve(directory));
  } catch (error) {
    if (error instanceof SystemError) return [];
    throw error;
  }
}

function commonPrefix(names: readonly string[]): string {
  const [first = "", ...others] = names;
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}

function escapeBlanks(text: string): string {
  return text.replace(/[\s'"\\$&;()<>|*?]/g, "\\$&");
}
