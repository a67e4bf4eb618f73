import type { Descriptor, Signal, SpawnOptions, User } from "../process.ts";
import type { GuestProcess } from "./guest-process.ts";
import type { PseudoTerminal } from "./pseudo-terminal.ts";

/** What a process is born with. */
export interface ProcessBirth {
  readonly pid: number;
  /** undefined: started from outside. */
  readonly parent: GuestProcess | undefined;
  readonly argv: readonly string[];
  /** Copied when the process first looks at it. */
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly umask: number;
  readonly user: User;
  /** Its own: one holder of each. */
  readonly descriptors: Map<number, Descriptor>;
  readonly terminal: PseudoTerminal | undefined;
  readonly group: number;
  readonly session: number;
  /** Signals it was born to ignore. */
  readonly ignored: ReadonlySet<Signal>;
}

/** A child's own holders of its parent's descriptors, those that `changes` replaces or closes left out. */
export function inheritedDescriptors(
  descriptors: ReadonlyMap<number, Descriptor>,
  changes: SpawnOptions["descriptors"],
): Map<number, Descriptor> {
  const inherited = new Map<number, Descriptor>();
  for (const [number, descriptor] of descriptors) {
    if (!changes?.has(number)) inherited.set(number, descriptor.retain());
  }
  for (const [number, descriptor] of changes ?? []) if (descriptor) inherited.set(number, descriptor.retain());
  return inherited;
}
