import type { Pod } from "../api/types.gen.ts";
import type { Clock } from "../sim/clock.ts";
import type { QueuedPod } from "./plugin.ts";
import { PriorityHeap } from "./priority-heap.ts";

const firstBackoffMs = 1000;
const longestBackoffMs = 10_000;
/** Nobody may have noticed what would help: everyone is tried again after this. */
const longestWaitMs = 300_000;

/** A pod that waits for a node. */
export interface WaitingPod {
  pod: Pod;
  /** How often it was tried. */
  attempts: number;
  /** The plugins that refused it last. */
  rejectors: ReadonlySet<string>;
}

interface Entry extends WaitingPod {
  state: "active" | "backing off" | "parked" | "in hand" | "gone";
  /** Who came first to the active ones. */
  turn: number;
  /** Ms of the clock. */
  triedAt: number;
  cancel: () => void;
}

export interface SchedulingQueueOptions {
  readonly clock: Clock;
  /** There is a pod to schedule. */
  readonly onReady: () => void;
  /** Which of two is tried first. */
  comesBefore(a: QueuedPod, b: QueuedPod): boolean;
}

/**
 * The pods without a node: those to try now, those that were tried too recently, and those for which nothing has changed. https://github.com/kubernetes/community/blob/master/contributors/devel/sig-scheduling/scheduler_queues.md
 */
export class SchedulingQueue {
  readonly #options: SchedulingQueueOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #parked = new Set<Entry>();
  readonly #active: PriorityHeap<Entry>;
  #turns = 0;

  constructor(options: SchedulingQueueOptions) {
    this.#options = options;
    this.#active = new PriorityHeap((a, b) => options.comesBefore(a, b));
  }

  /** A new pod, or the newer state of one that waits. */
  put(pod: Pod): void {
    const uid = pod.metadata.uid ?? "";
    const known = this.#entries.get(uid);
    if (known) {
      known.pod = pod;
      return;
    }
    const entry: Entry = {
      pod,
      attempts: 0,
      rejectors: new Set(),
      state: "in hand",
      turn: 0,
      triedAt: this.#options.clock.now(),
      cancel: () => {},
    };
    this.#entries.set(uid, entry);
    this.#activate(entry);
  }

  /** The pod is to be forgotten: it has a node, or it is gone. */
  remove(uid: string): void {
    const entry = this.#entries.get(uid);
    if (!entry) return;
    this.#leave(entry, "gone");
    this.#entries.delete(uid);
  }

  /** Takes out the next pod to try. It must be parked, put off or removed afterwards. */
  next(): WaitingPod | undefined {
    for (let entry = this.#active.pop(); entry; entry = this.#active.pop()) {
      if (entry.state !== "active") continue;
      entry.state = "in hand";
      entry.attempts++;
      entry.triedAt = this.#options.clock.now();
      return entry;
    }
    return undefined;
  }

  /** Leaves a pod alone until something happens that may help it. */
  park({ pod }: WaitingPod, rejectors: ReadonlySet<string>): void {
    const entry = this.#entries.get(pod.metadata.uid ?? "");
    if (!entry) return;
    this.#leave(entry, "parked");
    entry.rejectors = rejectors;
    this.#parked.add(entry);
    entry.cancel = this.#options.clock.after(longestWaitMs, () => this.#retry(entry));
  }

  /** Tries a pod again in a while. */
  putOff({ pod }: WaitingPod): void {
    const entry = this.#entries.get(pod.metadata.uid ?? "");
    if (entry) this.#retry(entry);
  }

  /** Tries parked pods again that can be helped, but none sooner than its back-off allows. */
  release(canBeHelped: (waiting: WaitingPod) => boolean): void {
    for (const entry of this.#parked) if (canBeHelped(entry)) this.#retry(entry);
  }

  /** The pod itself has changed. */
  reconsider(uid: string): void {
    const entry = this.#entries.get(uid);
    if (entry?.state === "parked") this.#retry(entry);
  }

  stop(): void {
    for (const entry of this.#entries.values()) this.#leave(entry, "gone");
    this.#entries.clear();
  }

  #retry(entry: Entry): void {
    const waitMs = entry.triedAt + backoffMs(entry.attempts) - this.#options.clock.now();
    if (waitMs <= 0) {
      this.#activate(entry);
      return;
    }
    this.#leave(entry, "backing off");
    entry.cancel = this.#options.clock.after(waitMs, () => this.#activate(entry));
  }

  #activate(entry: Entry): void {
    this.#leave(entry, "active");
    entry.turn = this.#turns++;
    this.#active.push(entry);
    this.#options.onReady();
  }

  #leave(entry: Entry, state: Entry["state"]): void {
    entry.cancel();
    entry.cancel = () => {};
    this.#parked.delete(entry);
    entry.state = state;
  }
}

function backoffMs(attempts: number): number {
  return attempts === 0 ? 0 : Math.min(firstBackoffMs * 2 ** (attempts - 1), longestBackoffMs);
}
