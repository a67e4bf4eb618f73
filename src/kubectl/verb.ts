import type { Transport } from "../client/transport.ts";
import type { Clock } from "../sim/clock.ts";
import type { Discovery } from "./discovery.ts";
import type { Flag, Flags } from "./flags.ts";
import type { Io } from "./io.ts";
import type { Kubeconfig } from "./kubeconfig.ts";
import type { Rest } from "./rest.ts";

/** What one run of kubectl works with. */
export interface Call {
  readonly flags: Flags;
  /** The command as it is spoken of: `rollout status`. */
  readonly verb: string;
  /** Of `-n`, or of the kubeconfig's context. */
  readonly namespace: string;
  /** Whether `-n` was given. */
  readonly namespaceGiven: boolean;
  readonly rest: Rest;
  readonly discovery: Discovery;
  readonly transport: Transport;
  readonly io: Io;
  readonly clock: Clock;
  readonly kubeconfig: Kubeconfig;
  /** How many YAML documents have been printed: the next one is set apart. */
  readonly printed: { documents: number };
  /** What files hold that could not be read: told when the command has done the rest. */
  readonly unread: unknown[];
}

/** One of kubectl's commands: `get`, `rollout`, … https://kubernetes.io/docs/reference/kubectl/ */
export interface Verb {
  readonly names: readonly string[];
  readonly summary: string;
  /** What follows the command's name: `TYPE NAME --replicas=COUNT`. */
  readonly usage?: string;
  readonly flags: readonly Flag[];
  /** Flags that must be given. */
  readonly required?: readonly string[];
  /** `rollout status`, `rollout undo`, … */
  readonly verbs?: readonly Verb[];
  /**
   * Resolves with the exit code; nothing is 0. Rejects with KubectlError or ApiError. A verb without it only has others
   * below it.
   */
  run?(call: Call): Promise<number | void>;
}
