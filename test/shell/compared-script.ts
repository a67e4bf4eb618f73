/** A script that dash and our shell must answer alike. */
export interface ComparedScript {
  readonly script: string;
  readonly stdin?: string;
  /** Why ours answers otherwise on purpose, and what. */
  readonly difference?: { readonly why: string; readonly stdout: string; readonly exitCode: number };
}

/** With backslashes as they are. */
export function scripts(...texts: readonly string[]): readonly ComparedScript[] {
  return texts.map((script) => ({ script }));
}
