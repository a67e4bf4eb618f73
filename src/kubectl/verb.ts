import type { Transport } from "../client/transport.ts";
import type { Clock } from "../sim/clock.ts";
import type { Discovery } from "./discovery.ts";
import type { Flag, Flags } from "./flags.ts";
import type { Io } from "./io.ts";
import type { Rest } from "./rest.ts";

/** What one run of kubectl works with. */
export interface Call {
  readonly flags: Flags;
  /** Of `-n`, or of the kubeconfig's context. */
  readonly namespace: string;
  /** Whether `-n` was given. */
  readonly namespaceGiven: boolean;
  readonly rest: Rest;
  readonly discovery: Discovery;
  readonly transport: Transport;
  readonly io: Io;
  readonly clock: Clock;
  /** The kubeconfig's context, its cluster and user, for `config` and `cluster-info`. */
  readonly context: { readonly name: string; readonly server: string };
}

/** One of kubectl's commands: `get`, `rollout`, … https://kubernetes.io/docs/reference/kubectl/ */
export interface Verb {
  readonly names: readonly string[];
  readonly flags: readonly Flag[];
  /** Arguments from the first on belong to somebody else: `exec pod ls -l`. */
  readonly summary: string;
  /** Resolves with the exit code; nothing is 0. Rejects with KubectlError or ApiError. */
  run(call: Call): Promise<number | void>;
}
