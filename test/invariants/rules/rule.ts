import type { State } from "../state.ts";

/** What must hold of a cluster whenever it is at rest: tells what does not, a line each. */
export type Rule = (now: State, before: State | undefined) => readonly string[];
