import type { Client } from "../client/client.ts";
import type { Clock } from "../sim/clock.ts";

/** What is held for a pod between the decision and the binding. */
export interface Reservation {
  /** PreBind: resolves when the pod may be bound. Rejects with a `BindingError` when it may not. */
  prepare(tools: { readonly client: Client; readonly clock: Clock }): Promise<void>;
  /** Unreserve: the pod will not be bound after all. */
  release(): void;
}

/** Why a pod with a node was not bound to it, as its FailedScheduling event tells. The pod is tried again. */
export class BindingError extends Error {}
