import type { KubeObject } from "../api/object.ts";

export type EventType = "ADDED" | "MODIFIED" | "DELETED";

/** One change. `previous` is what it replaced; a DELETED event's object is the last state at the new revision. */
export interface StoreEvent {
  readonly type: EventType;
  readonly revision: number;
  readonly object: KubeObject;
  readonly previous?: KubeObject;
}

/** The log no longer reaches back to the revision asked for, but to `oldest`. */
export class CompactedError extends Error {
  readonly oldest: number;

  constructor(oldest: number) {
    super(`compacted up to revision ${oldest}`);
    this.oldest = oldest;
  }
}
