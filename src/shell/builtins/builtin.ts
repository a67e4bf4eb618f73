import type { Outcome } from "../run/outcome.ts";
import type { Shell } from "../shell.ts";

/** A command that runs in the shell's own process. */
export interface Builtin {
  readonly names: readonly string[];
  /** POSIX's special ones: found before functions, and assignments before them last. */
  readonly special?: boolean;
  /** Only where the dialect has it; everywhere unless given. */
  readonly dialects?: readonly ("ash" | "dash" | "bash")[];
  /** `argv[0]` is the name it was called by. */
  run(shell: Shell, argv: readonly string[]): Outcome;
}
