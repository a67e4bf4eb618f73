import { RegexError } from "./syntax.ts";

/** Steps of matching between two turns given to others, and the most between two chances to give one. */
const stepsPerTurn = 1e6;
const mostSteps = 4e6;

let steps = 0;
let unbroken = 0;

/** Counts steps of matching: one thread serves the whole cluster, so all programs share the count. */
export function spend(count: number): void {
  steps += count;
}

/** The same for steps that nothing interrupts, as in a loop over all matches. Throws RegexError when they are too many. */
export function spendOrThrow(count: number): void {
  steps += count;
  unbroken += count;
  if (unbroken <= mostSteps) return;
  unbroken = 0;
  throw new RegexError("Out of memory");
}

/** Whether others should get a turn before the next match. To be asked between commands and lines. */
export function isTurnDue(): boolean {
  unbroken = 0;
  if (steps < stepsPerTurn) return false;
  steps = 0;
  return true;
}
