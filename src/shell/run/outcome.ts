import type { Shell } from "../shell.ts";

/** An exit status, at once when nothing had to be waited for: loops of built-ins run without a promise. */
export type Outcome = number | Promise<number>;

/** A compiled piece of a script. */
export type Step = (shell: Shell) => Outcome;

/** Goes on with `goOn` when the value is there. */
export function after<Value, Result>(
  value: Value | Promise<Value>,
  goOn: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}

/** Calls each with `shell` and `target` in order, waiting only for those that must be waited for. */
export function forEachInOrder<Target>(
  steps: readonly ((shell: Shell, target: Target) => void | Promise<void>)[],
  shell: Shell,
  target: Target,
): void | Promise<void> {
  for (let at = 0; at < steps.length; at++) {
    const pending = steps[at]?.(shell, target);
    if (pending) return pending.then(() => forEachInOrder(steps.slice(at + 1), shell, target));
  }
}
