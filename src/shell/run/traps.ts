import { signalNumbers } from "../../runtime/process.ts";
import type { Signal } from "../../runtime/process.ts";
import { Interrupted } from "../jumps.ts";
import type { Condition, Shell } from "../shell.ts";

/** `trap action condition`: undefined resets, an empty action ignores. */
export function setTrap(shell: Shell, condition: Condition, action: string | undefined): void {
  shell.shownTraps = undefined;
  if (action === undefined) shell.traps.delete(condition);
  else shell.traps.set(condition, action);
  if (!isSignal(condition)) return;
  if (action === "") shell.process.onSignal(condition, "ignore");
  else if (action === undefined) resetSignal(shell, condition);
  else shell.process.onSignal(condition, () => notice(shell, condition));
}

/**
 * A subshell keeps what is ignored and forgets the rest; bash's `trap` shows them until it sets one,
 * busybox's in `$(…)` only.
 */
export function inheritTraps(shell: Shell, parent: Shell, isSubstitution: boolean): void {
  for (const [condition, action] of parent.traps) {
    const isKept =
      (condition === "ERR" && parent.options.errtrace) ||
      ((condition === "DEBUG" || condition === "RETURN") && parent.options.functrace);
    if (action === "" || isKept) setTrap(shell, condition, action);
  }
  const isShown = shell.dialect.bash || (shell.dialect.name === "ash" && isSubstitution);
  if (isShown && parent.traps.size > 0) shell.shownTraps = parent.traps;
}

/** What an interactive shell does not die of. */
export function guardInteractive(shell: Shell): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGQUIT", "SIGTSTP"] as const) resetSignal(shell, signal);
}

/** Gives other processes their turn; runs traps of signals that came. Throws Interrupted after Ctrl-C. */
export async function breathe(shell: Shell): Promise<void> {
  if (!shell.interrupted && !shell.hasTrapToRun()) {
    shell.commands = 0;
    await shell.process.pause();
  }
  if (shell.interrupted) {
    shell.interrupted = false;
    throw new Interrupted();
  }
  await runPendingTraps(shell);
}

/** Each gives others a turn: a trap may send the shell the very signal that it is for. */
async function runPendingTraps(shell: Shell): Promise<void> {
  while (shell.hasTrapToRun()) {
    const at = shell.pendingSignals.findIndex((signal) => !shell.runningTraps.includes(signal));
    const [signal] = shell.pendingSignals.splice(at, 1);
    if (signal) await runTrap(shell, signal);
    await shell.process.pause();
  }
}

/** Runs a trap's action; `$?` is afterwards what it was. */
export async function runTrap(shell: Shell, condition: Condition): Promise<void> {
  const action = shell.traps.get(condition);
  if (!action) return;
  const { status, tested, pipeStatuses, line } = shell;
  shell.runningTraps.push(condition);
  try {
    await shell.interpreter.evaluate(shell, action);
  } finally {
    shell.runningTraps.pop();
  }
  shell.status = status;
  shell.pipeStatuses = pipeStatuses;
  shell.tested = tested;
  shell.line = line;
}

/** Rejects with what `interrupt` makes when a trapped signal or Ctrl-C comes before `work` is done. */
export async function untilSignal<Result>(
  shell: Shell,
  work: Promise<Result>,
  interrupt: () => Error,
): Promise<Result> {
  let listener: (() => void) | undefined;
  const signalled = new Promise<Result>((_resolve, reject) => {
    listener = () => reject(interrupt());
    shell.signalListeners.add(listener);
  });
  try {
    return await shell.process.waitFor(Promise.race([work, signalled]));
  } finally {
    if (listener) shell.signalListeners.delete(listener);
  }
}

function isSignal(condition: Condition): condition is Signal {
  return condition in signalNumbers;
}

function resetSignal(shell: Shell, signal: Signal): void {
  const { process, options } = shell;
  if (!options.interactive) process.onSignal(signal, undefined);
  else if (signal === "SIGINT") {
    process.onSignal(signal, () => {
      shell.interrupted = true;
      tellListeners(shell);
    });
  } else if (signal === "SIGTERM" || signal === "SIGQUIT" || signal === "SIGTSTP") process.onSignal(signal, () => {});
  else process.onSignal(signal, undefined);
}

function notice(shell: Shell, signal: Signal): void {
  shell.pendingSignals.push(signal);
  tellListeners(shell);
}

function tellListeners(shell: Shell): void {
  for (const listener of shell.signalListeners) listener();
}
