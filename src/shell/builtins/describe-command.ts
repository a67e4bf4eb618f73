import { expandsAliases } from "../aliases.ts";
import { executablesNamed, findBuiltin, findExecutable } from "../run/find-command.ts";
import type { Shell } from "../shell.ts";

/** What a word means as a command. */
export interface CommandDescription {
  /** For `command -v`. */
  readonly short: string;
  /** For `type`. */
  readonly sentence: string;
  /** For bash's `type -t`. */
  readonly kind: "keyword" | "alias" | "function" | "builtin" | "file";
}

const keywords = /^(?:if|then|else|elif|fi|do|done|case|esac|while|until|for|in|\{|\}|!)$/;
const bashKeywords = /^(?:\[\[|\]\]|function|select|time|coproc)$/;

export function describeCommand(shell: Shell, name: string): CommandDescription | undefined {
  const { dialect } = shell;
  if (keywords.test(name) || (dialect.bash && bashKeywords.test(name))) {
    return { short: name, sentence: `${name} is a shell keyword`, kind: "keyword" };
  }
  const alias = expandsAliases(shell) ? shell.aliases.get(name) : undefined;
  if (alias !== undefined) return describeAlias(shell, name, alias);
  const called = shell.functions.get(name);
  const builtin = findBuiltin(shell, name);
  const special = builtin?.special && !dialect.bash ? "special " : "";
  if (called && !special) {
    const sentence = dialect.bash ? `${name} is a function\n${called.text}` : `${name} is a ${shellFunction(shell)}`;
    return { short: name, sentence, kind: "function" };
  }
  if (builtin) return { short: name, sentence: `${name} is a ${special}shell builtin`, kind: "builtin" };
  const path = findExecutable(shell, name);
  return path === undefined ? undefined : { short: path, sentence: `${name} is ${path}`, kind: "file" };
}

function shellFunction(shell: Shell): string {
  return shell.dialect.name === "ash" ? "function" : "shell function";
}

function describeAlias(shell: Shell, name: string, value: string): CommandDescription {
  const sentence = shell.dialect.bash ? `${name} is aliased to \`${value}'` : `${name} is an alias for ${value}`;
  return { short: `alias ${name}='${value}'`, sentence, kind: "alias" };
}

/** All that a name could mean, first what it does: bash's `type -a`. */
export function describeEvery(shell: Shell, name: string): CommandDescription[] {
  const first = describeCommand(shell, name);
  if (!first) return [];
  const others = executablesNamed(shell, name)
    .filter((path) => path !== first.short)
    .map((path): CommandDescription => ({ short: path, sentence: `${name} is ${path}`, kind: "file" }));
  return [first, ...others];
}
