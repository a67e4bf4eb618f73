import type { ObjectReference } from "../api/types.gen.ts";
import type { Clock } from "../sim/clock.ts";
import type { EventSource, EventText } from "./events.ts";

/** So many different messages of one kind are told one by one; those after them are told as one. */
const mostAlike = 10;
const alikeForMs = 600_000;
/** One source may say so much of one object at once; after that it gets a word in every five minutes. */
const burst = 25;
const wordEveryMs = 300_000;
/** Of so many keys is the past remembered. */
const remembered = 4096;

interface Similar {
  readonly messages: Set<string>;
  heardAt: number;
}

interface Bucket {
  words: number;
  at: number;
}

/** What is to be written: under which key it counts, and whether it is written at all. */
export interface Correlated {
  /** Events with the same key are one event that counts up. */
  readonly key: string;
  readonly message: string;
  readonly isSpam: boolean;
}

/** Keeps talkative sources short, as client-go does. https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
export class EventCorrelator {
  readonly #clock: Clock;
  readonly #similar = new Map<string, Similar>();
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  correlate(about: ObjectReference, source: EventSource, { type, reason, message }: EventText): Correlated {
    const talk = [source.component, source.host, about.kind, about.namespace, about.name, about.uid].join("\n");
    const kind = [talk, type, reason].join("\n");
    const isCombined = this.#isOneTooMany(kind, message);
    return {
      key: isCombined ? kind : [kind, about.fieldPath, message].join("\n"),
      message: isCombined ? `(combined from similar events): ${message}` : message,
      isSpam: !this.#mayTell(talk),
    };
  }

  #isOneTooMany(kind: string, message: string): boolean {
    const now = this.#clock.now();
    const known = this.#similar.get(kind);
    const similar = known && now - known.heardAt <= alikeForMs ? known : { messages: new Set<string>(), heardAt: now };
    this.#similar.set(kind, similar);
    forgetOldest(this.#similar);
    similar.heardAt = now;
    similar.messages.add(message);
    if (similar.messages.size < mostAlike) return false;
    const [oldest] = similar.messages;
    similar.messages.delete(oldest ?? message);
    return true;
  }

  #mayTell(talk: string): boolean {
    const now = this.#clock.now();
    const { words, at } = this.#buckets.get(talk) ?? { words: burst, at: now };
    const saved = Math.min(burst, words + (now - at) / wordEveryMs);
    const may = saved >= 1;
    this.#buckets.set(talk, { words: may ? saved - 1 : saved, at: now });
    forgetOldest(this.#buckets);
    return may;
  }
}

/** Maps keep the order in which keys came. */
function forgetOldest(map: Map<string, unknown>): void {
  const oldest = map.size > remembered ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}
