import { ShellError } from "../jumps.ts";
import { optionsText } from "../options.ts";
import type { Shell } from "../shell.ts";
import { isName } from "../variables.ts";
import type { Sink } from "./sink.ts";

/** What a parameter stands for: one text, or the elements of `$@`, `$*` and arrays. */
export type ParameterValue = string | undefined | readonly string[];

/** The value of a variable, positional or special parameter; undefined when it is unset. */
export function readParameter(shell: Shell, name: string): string | undefined {
  const code = name.charCodeAt(0);
  if (code >= 48 && code <= 57) return name === "0" ? shell.name : shell.positional[Number(name) - 1];
  switch (name) {
    case "#":
      return String(shell.positional.length);
    case "?":
      return String(shell.status);
    case "$":
      return String(shell.rootPid);
    case "!":
      return shell.lastBackground === undefined ? undefined : String(shell.lastBackground);
    case "-":
      return optionsText(shell);
    case "_":
      return shell.lastArgument;
    default:
      return shell.variables.get(name);
  }
}

/** Elements in order; a plain variable is an array of one. */
export function arrayElements(shell: Shell, name: string): readonly string[] {
  const variable = shell.variables.find(name);
  if (variable?.elements)
    return sortedKeys(variable.elements, variable.associative).map((key) => variable.elements?.get(key) ?? "");
  if (name === "PIPESTATUS" && shell.dialect.bash) return pipeStatuses(shell);
  const value = shell.variables.get(name);
  return value === undefined ? [] : [value];
}

/** Of the last pipeline. */
export function pipeStatuses({ pipeStatuses: statuses, status }: Shell): readonly string[] {
  return (statuses ?? [status]).map(String);
}

export function sortedKeys(elements: ReadonlyMap<string, string>, associative = false): string[] {
  const keys = [...elements.keys()];
  return associative ? keys : keys.toSorted((a, b) => Number(a) - Number(b));
}

/** Emits a value as it stands in a word. `star`: joined when quoted. */
export function emitValue(
  shell: Shell,
  sink: Sink,
  value: string | readonly string[],
  { quoted, star }: { readonly quoted: boolean; readonly star: boolean },
): void {
  if (typeof value === "string") {
    if (quoted) sink.quoted(value);
    else sink.expanded(value);
    return;
  }
  if ((star && (quoted || !sink.splits)) || (!sink.splits && !shell.dialect.bash)) {
    sink.quoted(value.join((shell.variables.get("IFS") ?? " ").slice(0, 1)));
    return;
  }
  value.forEach((element, index) => {
    if (index > 0) sink.breakField();
    if (quoted) sink.quoted(element);
    else sink.expanded(element);
  });
}

/** For `set -u`. */
export function unsetParameter(shell: Shell, name: string): ShellError {
  if (!shell.dialect.bash) return new ShellError(shell.dialect.unset(name), 2);
  return new ShellError(shell.dialect.unset(isName(name) ? name : `$${name}`), shell.subshell ? 1 : 127);
}
