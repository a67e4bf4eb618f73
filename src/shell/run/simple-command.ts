import type { Assignment, Command, CommandArgument, Word } from "unbash";

import { SystemError } from "../../runtime/process.ts";
import type { Builtin } from "../builtins/builtin.ts";
import type { Emit } from "../expand/emit.ts";
import { compileLiteral } from "../expand/literal.ts";
import { closeSubstitutions } from "../expand/process-substitution.ts";
import { FieldSink } from "../expand/sink.ts";
import { Exit, ShellError } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import { compileAssignment } from "./assignment.ts";
import type { Assign } from "./assignment.ts";
import { callFunction } from "./call.ts";
import { conclude } from "./check.ts";
import type { Compiler } from "./compiler.ts";
import { tell } from "./end.ts";
import { becomeExternal, runExternal } from "./external.ts";
import { findBuiltin } from "./find-command.ts";
import { after } from "./outcome.ts";
import type { Outcome, Step } from "./outcome.ts";
import { compileRedirect, withRedirects } from "./redirect.ts";
import type { ApplyRedirect } from "./redirect.ts";
import { runTrap } from "./traps.ts";
import { traceCommand, traced } from "./xtrace.ts";

interface SimpleCommand {
  readonly assignments: readonly Assign[];
  /** What they assign to. */
  readonly names: readonly string[];
  readonly words: readonly Emit[];
  /** Arrays among the arguments of `declare` and its kin: assigned when it has declared them. */
  readonly arrays: readonly Assign[];
  readonly redirects: readonly ApplyRedirect[];
  readonly line: number;
  readonly text: string;
  readonly compiler: Compiler;
}

export function compileSimpleCommand(node: Command, compiler: Compiler): Step {
  const command = readCommand(node, compiler);
  const { line, words } = command;
  const bare = words.length === 0 ? compileBare(command) : undefined;
  const step: Step = (shell) => {
    shell.line = line;
    if (shell.traps.has("DEBUG") && debugs(shell)) return runTrap(shell, "DEBUG").then(() => run(shell));
    return run(shell);
  };
  return closingSubstitutions(node, step, compiler);

  function run(shell: Shell): Outcome {
    if (bare) return bare(shell);
    shell.commands++;
    const isLast = shell.isLast;
    shell.isLast = false;
    const sink = new FieldSink(shell);
    const pending = expandFrom(words, 0, shell, sink);
    if (pending) return pending.then(() => start(shell, command, sink.fields, isLast));
    return start(shell, command, sink.fields, isLast);
  }
}

/** Lets go of the pipes of `<(…)` when the command that names them has ended. */
export function closingSubstitutions(
  node: { readonly pos: number; readonly end: number },
  step: Step,
  compiler: Compiler,
): Step {
  if (!compiler.dialect.extended || !/[<>]\(/.test(compiler.text(node))) return step;
  return async (shell) => {
    const from = shell.substitutions.length;
    try {
      return await step(shell);
    } finally {
      closeSubstitutions(shell, from);
    }
  };
}

/** A DEBUG trap is neither for itself nor, without `set -T`, for functions. */
function debugs({ options, functionNames, runningTraps }: Shell): boolean {
  return runningTraps.length === 0 && (functionNames.length === 0 || options.functrace);
}

function readCommand(node: Command, compiler: Compiler): SimpleCommand {
  const prefix = node.prefix.filter((item) => item.type === "Assignment");
  const isPlain = (item: Assignment) => compiler.dialect.bash || (!item.append && !item.index);
  const odd = prefix.findIndex((item) => !isPlain(item));
  const assigned = odd < 0 ? prefix : prefix.slice(0, odd);
  const asWords = odd < 0 ? [] : prefix.slice(odd).map((item) => compileLiteral(item.text));
  for (const item of [...prefix, ...node.args]) refuseArray(item, compiler);
  const args: readonly CommandArgument[] = node.args;
  const first: readonly Word[] = node.name ? [node.name] : [];
  return {
    assignments: assigned.map((item) => compileAssignment(item, compiler)),
    names: assigned.map(({ name }) => name),
    words: [...asWords, ...[...first, ...args].flatMap((argument) => compileArgument(argument, compiler))],
    arrays: args.flatMap((argument) => (isArray(argument) ? [compileAssignment(argument, compiler)] : [])),
    redirects: node.redirects.map((redirect) => compileRedirect(redirect, compiler)),
    line: compiler.line(node),
    text: compiler.text(node),
    compiler,
  };
}

function isArray(item: CommandArgument): item is Assignment {
  return item.type === "Assignment" && item.value.type === "ArrayValue";
}

function refuseArray(item: CommandArgument, compiler: Compiler): void {
  if (isArray(item) && !compiler.dialect.bash) throw compiler.unexpected(item.value, "(");
}

function compileArgument(argument: CommandArgument, compiler: Compiler): readonly Emit[] {
  if (argument.type === "Word") return compiler.words.arguments(argument);
  const { name, value, append } = argument;
  if (value.type === "ArrayValue") return [compileLiteral(name)];
  const emit = compiler.words.assigned(value);
  const prefix = argument.index ? argument.text.slice(0, value.pos - argument.pos) : `${name}${append ? "+" : ""}=`;
  return [
    (shell, sink) => {
      sink.quoted(prefix);
      const inner = { splits: false, quoted, literal: quoted, expanded: quoted, breakField: () => sink.quoted(" ") };
      return emit(shell, inner);

      function quoted(text: string): void {
        sink.quoted(text);
      }
    },
  ];
}

function expandFrom(words: readonly Emit[], from: number, shell: Shell, sink: FieldSink): void | Promise<void> {
  for (let at = from; at < words.length; at++) {
    const pending = words[at]?.(shell, sink);
    if (pending) {
      return pending.then(() => {
        sink.end();
        return expandFrom(words, at + 1, shell, sink);
      });
    }
    sink.end();
  }
}

/** Assignments and redirections without a command. */
function compileBare(command: SimpleCommand): Step {
  const { assignments, redirects, line } = command;
  const [only] = assignments;
  return (shell) => {
    shell.line = line;
    shell.commands++;
    shell.isLast = false;
    shell.substitutionStatus = undefined;
    if (redirects.length > 0)
      return guarded(shell, () => withRedirects(shell, redirects, () => assignAll(shell, command)));
    if (!only || assignments.length > 1 || shell.options.xtrace) return assignAll(shell, command);
    const pending = only(shell);
    return pending instanceof Promise ? pending.then(() => finishBare(shell)) : finishBare(shell);
  };
}

function assignAll(shell: Shell, command: SimpleCommand): Outcome {
  return after(assignFrom(shell, command.assignments, 0, []), async (shown) => {
    if (shell.options.xtrace && shown.length > 0) await traceCommand(shell, command.compiler.words, shown);
    return finishBare(shell);
  });
}

function finishBare(shell: Shell): Outcome {
  return conclude(shell, shell.substitutionStatus ?? 0);
}

/** What was assigned, as `set -x` shows it. */
function assignFrom(
  shell: Shell,
  assignments: readonly Assign[],
  from: number,
  shown: string[],
): string[] | Promise<string[]> {
  for (let at = from; at < assignments.length; at++) {
    const text = assignments[at]?.(shell) ?? "";
    if (text instanceof Promise) {
      return text.then((known) => {
        shown.push(known);
        return assignFrom(shell, assignments, at + 1, shown);
      });
    }
    shown.push(text);
  }
  return shown;
}

function start(shell: Shell, command: SimpleCommand, argv: readonly string[], isLast: boolean): Outcome {
  const [name] = argv;
  for (const word of argv) shell.countText(word.length);
  if (name === undefined)
    return guarded(shell, () => withRedirects(shell, command.redirects, () => assignAll(shell, command)));
  const { assignments, redirects } = command;
  const builtin = shell.functions.has(name) ? specialBuiltin(shell, name) : findBuiltin(shell, name);
  const isPlain = assignments.length === 0 && redirects.length === 0 && command.arrays.length === 0;
  if (builtin && isPlain && !shell.options.xtrace) {
    const outcome = runBuiltin(shell, builtin, argv);
    if (typeof outcome !== "number") return outcome.then((status) => finish(shell, status, argv));
    return finish(shell, outcome, argv);
  }
  const invocation = { argv, builtin, isLast };
  const run =
    isPlain && !shell.options.xtrace
      ? async () => invoke(shell, command, invocation)
      : () => runInFull(shell, command, invocation);
  return after(guarded(shell, run), (status) => finish(shell, status, argv));
}

function finish(shell: Shell, status: number, argv: readonly string[]): Outcome {
  shell.lastArgument = argv.at(-1) ?? "";
  return conclude(shell, status);
}

function specialBuiltin(shell: Shell, name: string): Builtin | undefined {
  const builtin = findBuiltin(shell, name);
  return builtin?.special && !shell.dialect.bash ? builtin : undefined;
}

interface Invocation {
  readonly argv: readonly string[];
  readonly builtin: Builtin | undefined;
  readonly isLast: boolean;
}

async function runInFull(shell: Shell, command: SimpleCommand, invocation: Invocation): Promise<number> {
  const { names, assignments, redirects } = command;
  const { argv, builtin } = invocation;
  const lasting = builtin?.special === true && !shell.dialect.bash;
  const saved = lasting ? undefined : shell.variables.save(names);
  const isExec = builtin?.names[0] === "exec";
  try {
    const shown = await assignFrom(shell, assignments, 0, []);
    if (!lasting) for (const name of names) shell.variables.export(name);
    if (shell.options.xtrace) {
      await trace(shell, command, shown, argv);
    }
    return await withRedirects(shell, redirects, run, { keep: () => isExec });
  } catch (error) {
    if (lasting && error instanceof ShellError) throw fatal(error, shell);
    throw error;
  } finally {
    if (saved && names.length > 0) shell.variables.restore(saved);
  }

  async function run(): Promise<number> {
    const status = await invoke(shell, command, invocation);
    await assignFrom(shell, command.arrays, 0, []);
    return status;
  }
}

/** Bash gives each assignment a line of its own. */
async function trace(
  shell: Shell,
  command: SimpleCommand,
  shown: readonly string[],
  argv: readonly string[],
): Promise<void> {
  const { words } = command.compiler;
  const apart = shell.dialect.bash ? shown : [];
  for (const assignment of apart) await traceCommand(shell, words, [assignment]);
  const before = shell.dialect.bash ? [] : shown;
  await traceCommand(shell, words, [...before, ...argv.map((word) => traced(shell, word))]);
}

/** A special built-in whose redirection fails ends the shell. */
function fatal(error: ShellError, shell: Shell): ShellError {
  if (error.fatal) return error;
  const worse = new ShellError(error.message, shell.dialect.name === "ash" ? 1 : error.status);
  worse.isTold = error.isTold;
  return worse;
}

function invoke(shell: Shell, command: SimpleCommand, { argv, builtin, isLast }: Invocation): Outcome {
  if (builtin) return runBuiltin(shell, builtin, argv);
  const called = shell.functions.get(argv[0] ?? "");
  if (called) return callFunction(shell, called, argv);
  const mayBecome = isLast && !shell.options.interactive && shell.traps.size === 0;
  return mayBecome ? becomeExternal(shell, argv) : runExternal(shell, argv, command.text);
}

/** Runs a built-in; what it fails with is told as its own. */
export function runBuiltin(shell: Shell, builtin: Builtin, argv: readonly string[]): Outcome {
  const previous = shell.builtin;
  shell.builtin = argv[0];
  let outcome: Outcome;
  try {
    outcome = builtin.run(shell, argv);
  } catch (error) {
    shell.builtin = previous;
    return failed(shell, builtin, argv, error);
  }
  if (typeof outcome === "number") {
    shell.builtin = previous;
    return outcome;
  }
  return outcome.then(
    (status) => {
      shell.builtin = previous;
      return status;
    },
    (error: unknown) => {
      shell.builtin = previous;
      return failed(shell, builtin, argv, error);
    },
  );
}

async function failed(shell: Shell, builtin: Builtin, argv: readonly string[], error: unknown): Promise<number> {
  if (error instanceof SystemError) {
    await shell.complain(`write error: ${error.message}`, argv[0]);
    return 1;
  }
  if (!(error instanceof ShellError)) throw error;
  error.builtin ??= argv[0];
  if (error.fatal && builtin.special && !shell.dialect.bash) throw error;
  if (error.fatal && error.builtin !== argv[0]) throw error;
  await tell(shell, error);
  return error.status;
}

/** Tells failures that end only this command. */
export function guarded(shell: Shell, run: () => Promise<number>): Promise<number> {
  return run().catch(async (error: unknown) => {
    if (!(error instanceof ShellError) || error.fatal) throw error;
    await tell(shell, error);
    if (shell.dialect.bash && shell.options.errexit && shell.tested === 0) throw new Exit(error.status);
    return error.status;
  });
}
