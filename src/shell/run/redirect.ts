import type { HereDoc, HereString, Redirect, Redirection, RedirectDescriptor, Word } from "unbash";

import type { Descriptor } from "../../runtime/process.ts";
import { SystemError } from "../../runtime/process.ts";
import { encodeText } from "../../runtime/text.ts";
import { textOf } from "../expand/emit.ts";
import { FieldSink } from "../expand/sink.ts";
import { ShellError } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import type { Compiler } from "./compiler.ts";
import { documentDescriptor } from "./document.ts";
import { tell } from "./end.ts";
import type { Outcome } from "./outcome.ts";

/** Carries out one redirection on the shell's own descriptors. Throws ShellError. */
export type ApplyRedirect = (shell: Shell, replace: Replace) => void | Promise<void>;

/** Puts a descriptor, which it takes over, at a number; null closes. */
type Replace = (number: number, descriptor: Descriptor | null) => void;

/** Runs `body` with redirections in force, and undoes them. `keep`: `exec` leaves them. */
export async function withRedirects(
  shell: Shell,
  redirects: readonly ApplyRedirect[],
  body: () => Outcome,
  options: { readonly keep?: () => boolean } = {},
): Promise<number> {
  const { process } = shell;
  const saved = new Map<number, Descriptor | null>();
  const replace: Replace = (number, descriptor) => {
    if (!saved.has(number)) saved.set(number, process.descriptors.get(number)?.retain() ?? null);
    process.setDescriptor(number, descriptor);
  };
  let undo = true;
  try {
    for (const apply of redirects) await apply(shell, replace);
    const status = await body();
    undo = !options.keep?.();
    return status;
  } catch (error) {
    if (error instanceof ShellError) await tell(shell, error);
    throw error;
  } finally {
    for (const [number, descriptor] of [...saved].toReversed()) {
      if (undo) process.setDescriptor(number, descriptor);
      else descriptor?.release();
    }
  }
}

/** Only `>` and its kin to a word, without `{name}`: bash's other forms are compiled here too. */
export function compileRedirect(redirect: Redirection, compiler: Compiler): ApplyRedirect {
  switch (redirect.type) {
    case "HereDoc":
      return compileHereDocument(redirect, compiler);
    case "HereString":
      return compileHereString(redirect, compiler);
    case "Redirect":
      return compileFileRedirect(redirect, compiler);
  }
}

function compileHereDocument(redirect: HereDoc, compiler: Compiler): ApplyRedirect {
  const number = numberOf(redirect.descriptor, 0);
  const { delimiter, body, operator } = redirect;
  const text = operator === "<<-" ? body.text.replace(/^\t+/gm, "") : body.text;
  if (delimiter?.quoted) {
    const bytes = encodeText(text);
    return (shell, replace) => replace(numberIn(shell, number), documentDescriptor(bytes));
  }
  const expand = compiler.words.template(text.replace(/\n$/, ""), compiler.line(body));
  const tail = text.endsWith("\n") ? "\n" : "";
  return async (shell, replace) => {
    const expanded = await textOf(shell, expand);
    replace(numberIn(shell, number), documentDescriptor(encodeText(expanded + tail)));
  };
}

function compileHereString({ descriptor, target, pos }: HereString, compiler: Compiler): ApplyRedirect {
  if (!compiler.dialect.bash) throw compiler.unexpected({ pos }, "<");
  const number = numberOf(descriptor, 0);
  const emit = target ? compiler.words.assigned(target) : () => {};
  return async (shell, replace) => {
    replace(numberIn(shell, number), documentDescriptor(encodeText(`${await textOf(shell, emit)}\n`)));
  };
}

function compileFileRedirect(redirect: Redirect, compiler: Compiler): ApplyRedirect {
  const { operator, target, descriptor } = redirect;
  if (operator.startsWith("&") && !compiler.dialect.extended) throw compiler.unexpected(redirect, operator);
  const number = numberOf(descriptor, operator.startsWith("<") ? 0 : 1);
  const read = compiler.dialect.bash ? compileSplitTarget(target, compiler) : compileTarget(target, compiler);
  return async (shell, replace) => {
    const text = await read(shell);
    const at = numberIn(shell, number);
    if (operator === "&>" || operator === "&>>") return redirectBoth(shell, replace, text, operator === "&>>");
    if (operator !== ">&" && operator !== "<&") return replace(at, openFile(shell, text, operator));
    if (text === "-") return replace(at, null);
    if (/^\d+-?$/.test(text)) return duplicate(shell, replace, at, text);
    if (operator === ">&" && !descriptor && shell.dialect.extended) return redirectBoth(shell, replace, text, false);
    throw new ShellError(shell.dialect.badDescriptor(text), shell.dialect.redirectStatus, false);
  };
}

type ReadTarget = (shell: Shell) => string | Promise<string>;

function compileTarget(target: Word | undefined, compiler: Compiler): ReadTarget {
  const emit = target ? compiler.words.assigned(target) : () => {};
  return (shell) => textOf(shell, emit);
}

/** Bash splits the target and matches it with files; only one word may come of it. */
function compileSplitTarget(target: Word | undefined, compiler: Compiler): ReadTarget {
  if (!target) return () => "";
  const emits = compiler.words.arguments(target);
  return async (shell) => {
    const sink = new FieldSink(shell);
    for (const emit of emits) {
      await emit(shell, sink);
      sink.end();
    }
    const [only, ...others] = sink.fields;
    if (only !== undefined && others.length === 0) return only;
    throw new ShellError(`${target.text}: ambiguous redirect`, shell.dialect.redirectStatus, false);
  };
}

function redirectBoth(shell: Shell, replace: Replace, path: string, append: boolean): void {
  const file = openFile(shell, path, append ? ">>" : ">");
  replace(1, file);
  replace(2, file.retain());
}

/** `2>&1`; with a dash behind the number it moves. */
function duplicate(shell: Shell, replace: Replace, number: number, text: string): void {
  const from = Number.parseInt(text, 10);
  const source = shell.process.descriptors.get(from);
  if (!source) throw new ShellError(shell.dialect.badDescriptor(String(from)), shell.dialect.redirectStatus, false);
  replace(number, source.retain());
  if (text.endsWith("-") && from !== number) replace(from, null);
}

function openFile(shell: Shell, path: string, operator: Redirect["operator"]): Descriptor {
  const { process, dialect, options } = shell;
  const reads = operator === "<";
  try {
    if (reads) return process.open(path, "read");
    if (operator === "<>") return process.open(path, "read-write");
    if (operator === ">>") return process.open(path, "append");
    const guarded = operator === ">" && options.noclobber && isRegularFile(shell, path);
    return process.open(path, guarded ? "write-new" : "write");
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const message = reads ? dialect.cannotOpen(path, error) : dialect.cannotCreate(path, error);
    throw new ShellError(message, dialect.redirectStatus, false);
  }
}

function isRegularFile(shell: Shell, path: string): boolean {
  const { files } = shell.process;
  const absolute = shell.process.resolve(path);
  return files.exists(absolute) && files.stat(absolute).kind === "file";
}

/** A descriptor's number, or the variable that holds it or is to hold it. */
type DescriptorNumber = number | { readonly variable: string };

function numberOf(descriptor: RedirectDescriptor | undefined, otherwise: number): DescriptorNumber {
  if (!descriptor) return otherwise;
  return descriptor.type === "FileDescriptor" ? descriptor.value : { variable: descriptor.name };
}

function numberIn(shell: Shell, number: DescriptorNumber): number {
  if (typeof number === "number") return number;
  let free = 10;
  while (shell.process.descriptors.has(free)) free++;
  shell.variables.set(number.variable, String(free));
  return free;
}
