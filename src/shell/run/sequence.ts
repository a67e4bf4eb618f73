import type { Shell } from "../shell.ts";
import type { Outcome, Step } from "./outcome.ts";
import { breathe } from "./traps.ts";

/** Steps one after another; between them the traps of signals that came. */
export function sequence(steps: readonly Step[]): Step {
  const [first, second] = steps;
  if (!first) return () => 0;
  return second ? (shell) => runFrom(shell, steps, 0) : first;
}

function runFrom(shell: Shell, steps: readonly Step[], from: number): Outcome {
  let status = 0;
  for (let at = from; at < steps.length; at++) {
    const outcome = steps[at]?.(shell) ?? 0;
    if (typeof outcome !== "number") return goOn(shell, steps, at, outcome);
    status = outcome;
    if (shell.isDue()) return goOn(shell, steps, at, Promise.resolve(outcome));
  }
  return status;
}

async function goOn(shell: Shell, steps: readonly Step[], from: number, outcome: Promise<number>): Promise<number> {
  let status = await outcome;
  for (let at = from + 1; at < steps.length; at++) {
    if (shell.isDue()) await breathe(shell);
    const next = steps[at]?.(shell) ?? 0;
    status = typeof next === "number" ? next : await next;
  }
  return status;
}
