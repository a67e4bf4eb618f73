import { keyOf, type ObjectKey } from "../api/object.ts";
import type { Event } from "../api/types.gen.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import { type Clock, microTimestamp } from "../sim/clock.ts";
import type { Client } from "./client.ts";

/** So long after its last word a series is over: the next one begins another Event. */
const finishMs = 360_000;
/** A series that goes on is counted here and told so rarely, counted in passes of `finishMs`. */
const passesPerRefresh = 5;

export interface EventSeriesOptions {
  /** In whose name a component's Events are written. */
  readonly clientOf: (component: string) => Client;
  readonly events: ResourceDefinition<Event>;
  readonly clock: Clock;
  /** A count could not be told. */
  readonly onError: (error: unknown) => void;
}

interface Told {
  readonly client: Client;
  readonly key: ObjectKey;
  lastAt: number;
  series?: { count: number; lastObservedTime: string };
}

/**
 * Writes Events of the new form: the second of a kind makes the first a series; those after it are only counted, and
 * told every half hour and at the end. https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export class EventSeries {
  readonly #clientOf: (component: string) => Client;
  readonly #events: ResourceDefinition<Event>;
  readonly #clock: Clock;
  readonly #told = new Map<string, Told>();
  readonly #onError: (error: unknown) => void;
  #passes = 0;
  #isArmed = false;

  constructor(options: EventSeriesOptions) {
    this.#clientOf = options.clientOf;
    this.#events = options.events;
    this.#clock = options.clock;
    this.#onError = options.onError;
  }

  async write(event: Event): Promise<void> {
    const kind = kindOf(event);
    const known = this.#told.get(kind);
    if (known) {
      known.lastAt = this.#clock.now();
      const lastObservedTime = microTimestamp(this.#clock);
      const isNews = !known.series;
      known.series = { count: (known.series?.count ?? 1) + 1, lastObservedTime };
      if (isNews) await this.#tell(known, event);
      return;
    }
    const client = this.#clientOf(event.reportingComponent ?? "");
    await client.create(this.#events, event);
    this.#told.set(kind, { client, key: keyOf(event), lastAt: this.#clock.now() });
    this.#arm();
  }

  async #tell({ client, key, series }: Told, event?: Event): Promise<void> {
    if (!series) return;
    if (await client.get(this.#events, key)) await client.patch(this.#events, key, { series });
    else if (event) await client.create(this.#events, { ...event, series });
  }

  /** Looks again for as long as there is something to finish. */
  #arm(): void {
    if (this.#isArmed || this.#told.size === 0) return;
    this.#isArmed = true;
    this.#clock.after(finishMs, () => {
      this.#isArmed = false;
      void this.#pass().finally(() => this.#arm());
    });
  }

  async #pass(): Promise<void> {
    this.#passes++;
    const isRefresh = this.#passes % passesPerRefresh === 0;
    for (const [kind, told] of this.#told) {
      const isOver = this.#clock.now() - told.lastAt >= finishMs;
      if (isOver) this.#told.delete(kind);
      if (isOver || isRefresh) await this.#tell(told).catch(this.#onError);
    }
  }
}

/** What two Events must share to be one series: not the note, but the very version of the object. */
function kindOf({ type, action, reason, reportingComponent, involvedObject, related }: Event): string {
  return JSON.stringify([type, action, reason, reportingComponent, involvedObject, related]);
}
