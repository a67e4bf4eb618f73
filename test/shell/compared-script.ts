import type { Outcome } from "./reference-shell.ts";

/** A script that a real shell and ours must answer alike. */
export interface ComparedScript {
  readonly script: string;
  /** Why ours answers otherwise on purpose, and what. */
  readonly difference?: { readonly why: string; readonly outcome: Outcome };
}

export function scripts(...texts: readonly string[]): readonly ComparedScript[] {
  return texts.map((script) => ({ script }));
}

export function differing(script: string, why: string, outcome: Outcome): ComparedScript {
  return { script, difference: { why, outcome } };
}
