import type { KubeObject } from "../api/object.ts";
import { ApiError } from "../api/status.ts";
import type { Event, ObjectReference } from "../api/types.gen.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import { type Clock, timestamp } from "../sim/clock.ts";
import { describeError, type Log } from "../sim/log.ts";
import type { Client } from "./client.ts";
import { EventCorrelator } from "./event-correlator.ts";

/** Who tells: `kubelet` on a node, `replicaset-controller`, … */
export interface EventSource {
  readonly component: string;
  readonly host?: string;
}

export interface EventText {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  /** `spec.containers{web}`. */
  readonly fieldPath?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** How many different events of one object are remembered, so that a repeated one counts up. */
const rememberedEvents = 4096;

/**
 * Writes Events about objects. The same event again raises its count instead of making another,
 * as client-go's recorder does. Writing happens behind the caller's back; a failure is logged.
 */
export class EventRecorder {
  readonly #client: Client;
  readonly #events: ResourceDefinition<Event>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #correlator: EventCorrelator;
  readonly #known = new Map<string, { readonly namespace: string; readonly name: string; count: number }>();
  #sequence = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(options: { client: Client; events: ResourceDefinition<Event>; clock: Clock; log: Log }) {
    this.#client = options.client;
    this.#events = options.events;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#correlator = new EventCorrelator(options.clock);
  }

  record(about: KubeObject, source: EventSource, text: EventText): void {
    this.recordFor(referenceTo(about, text.fieldPath), source, text);
  }

  /** For what is not an object at hand (a node by name). */
  recordFor(reference: ObjectReference, source: EventSource, text: EventText): void {
    this.#last = this.#last
      .then(() => this.#write(reference, source, text))
      .catch((error: unknown) => {
        const level = error instanceof ApiError ? "debug" : "warn";
        this.#log.write(level, `event ${text.reason} of ${reference.name ?? ""} not written: ${describeError(error)}`);
      });
  }

  async #write(reference: ObjectReference, source: EventSource, text: EventText): Promise<void> {
    const { key, message, isSpam } = this.#correlator.correlate(reference, source, text);
    const known = this.#known.get(key);
    if (known) known.count++;
    if (isSpam) return;
    if (known && (await this.#client.get(this.#events, known))) {
      const again = { count: known.count, lastTimestamp: timestamp(this.#clock), message };
      await this.#client.patch(this.#events, known, again);
      return;
    }
    const event = this.#eventFor(reference, source, { ...text, message });
    await this.#client.create(this.#events, event);
    this.#known.set(key, { namespace: event.metadata.namespace ?? "", name: event.metadata.name, count: 1 });
    const oldest = this.#known.size > rememberedEvents ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  #eventFor(reference: ObjectReference, source: EventSource, text: EventText): Event {
    const now = timestamp(this.#clock);
    const unique = BigInt(this.#clock.now()) * 1_000_000n + BigInt(this.#sequence++ % 1_000_000);
    return {
      apiVersion: "v1",
      kind: "Event",
      metadata: {
        name: `${reference.name ?? ""}.${unique.toString(16)}`,
        namespace: reference.namespace ?? "default",
        ...(text.annotations ? { annotations: text.annotations } : {}),
      },
      involvedObject: reference,
      type: text.type,
      reason: text.reason,
      message: text.message,
      source,
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      reportingComponent: source.component,
      reportingInstance: source.host ?? "",
    };
  }
}

function referenceTo({ apiVersion, kind, metadata }: KubeObject, fieldPath: string | undefined): ObjectReference {
  return {
    apiVersion,
    kind,
    name: metadata.name,
    ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
    ...(metadata.uid ? { uid: metadata.uid } : {}),
    ...(metadata.resourceVersion ? { resourceVersion: metadata.resourceVersion } : {}),
    ...(fieldPath ? { fieldPath } : {}),
  };
}
