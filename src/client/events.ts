import type { KubeObject } from "../api/object.ts";
import { ApiError } from "../api/status.ts";
import type { Event, ObjectReference } from "../api/types.gen.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import { type Clock, microTimestamp, timestamp } from "../sim/clock.ts";
import { describeError, type Log } from "../sim/log.ts";
import type { Client } from "./client.ts";
import { EventCorrelator } from "./event-correlator.ts";
import { EventSeries } from "./event-series.ts";

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
  /** What was done or tried: `Binding`. Who says so writes Events of the new form, as through events.k8s.io. */
  readonly action?: string;
  /** Whom it was done for. */
  readonly related?: KubeObject;
}

export interface EventRecorderOptions {
  /** In whose name a component's Events are written. */
  readonly clientOf: (component: string) => Client;
  readonly events: ResourceDefinition<Event>;
  readonly clock: Clock;
  readonly log: Log;
  /** The machine on which those run that write Events of the new form. */
  readonly host: string;
}

/** How many different events of one object are remembered, so that a repeated one counts up. */
const rememberedEvents = 4096;

/**
 * Writes Events about objects. The same event again raises its count instead of making another,
 * as client-go's recorder does. Writing happens behind the caller's back; a failure is logged.
 */
export class EventRecorder {
  readonly #clientOf: (component: string) => Client;
  readonly #events: ResourceDefinition<Event>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #correlator: EventCorrelator;
  readonly #series: EventSeries;
  readonly #host: string;
  readonly #known = new Map<string, { readonly namespace: string; readonly name: string; count: number }>();
  #sequence = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(options: EventRecorderOptions) {
    this.#clientOf = options.clientOf;
    this.#events = options.events;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#host = options.host;
    this.#correlator = new EventCorrelator(options.clock);
    const onError = (error: unknown): void => this.#complain("a series of events", error);
    this.#series = new EventSeries({ ...options, onError });
  }

  record(about: KubeObject, source: EventSource, text: EventText): void {
    this.recordFor(referenceTo(about, text.fieldPath), source, text);
  }

  /** For what is not an object at hand (a node by name). */
  recordFor(reference: ObjectReference, source: EventSource, text: EventText): void {
    this.#last = this.#last
      .then(() =>
        text.action === undefined ? this.#write(reference, source, text) : this.#tell(reference, source, text),
      )
      .catch((error: unknown) => this.#complain(`event ${text.reason} of ${reference.name ?? ""}`, error));
  }

  #complain(what: string, error: unknown): void {
    this.#log.write(error instanceof ApiError ? "debug" : "warn", `${what} not written: ${describeError(error)}`);
  }

  #tell(reference: ObjectReference, { component, host = this.#host }: EventSource, text: EventText): Promise<void> {
    return this.#series.write({
      ...this.#bareEvent(reference, text),
      eventTime: microTimestamp(this.#clock),
      action: text.action ?? "",
      ...(text.related ? { related: referenceTo(text.related) } : {}),
      reportingComponent: component,
      reportingInstance: `${component}-${host}`,
    });
  }

  async #write(reference: ObjectReference, source: EventSource, text: EventText): Promise<void> {
    const { key, message, isSpam } = this.#correlator.correlate(reference, source, text);
    const known = this.#known.get(key);
    if (known) known.count++;
    if (isSpam) return;
    const client = this.#clientOf(source.component);
    if (known && (await client.get(this.#events, known))) {
      const again = { count: known.count, lastTimestamp: timestamp(this.#clock), message };
      await client.patch(this.#events, known, again);
      return;
    }
    const now = timestamp(this.#clock);
    const event: Event = {
      ...this.#bareEvent(reference, { ...text, message }),
      source,
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      reportingComponent: source.component,
      reportingInstance: source.host ?? "",
    };
    await client.create(this.#events, event);
    this.#known.set(key, { namespace: event.metadata.namespace ?? "", name: event.metadata.name, count: 1 });
    const oldest = this.#known.size > rememberedEvents ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  #bareEvent(reference: ObjectReference, text: EventText): Event {
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
    };
  }
}

function referenceTo({ apiVersion, kind, metadata }: KubeObject, fieldPath?: string): ObjectReference {
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
