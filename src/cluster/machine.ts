import type { Client } from "../client/client.ts";
import type { EventRecorder } from "../client/events.ts";
import type { Kubelet } from "../kubelet/kubelet.ts";

/** One node's power switch, and its wire to the API server. */
export interface Machine {
  readonly uplink: Uplink;
  readonly kubelet: Kubelet;
  powerOff(): Promise<void>;
  powerOn(): Promise<void>;
}

/** A way to the API server that can be cut: calls made meanwhile, events and news of pods wait until it is mended. */
export class Uplink {
  readonly #onMended: () => void;
  readonly #waiting = new Map<unknown, (isLate: boolean) => void>();
  #mended: Promise<void> | undefined;
  #mend = (): void => {};

  constructor(onMended: () => void) {
    this.#onMended = onMended;
  }

  get isCut(): boolean {
    return this.#mended !== undefined;
  }

  cut(): void {
    this.#mended ??= new Promise((resolve) => {
      this.#mend = resolve;
    });
  }

  mend(): void {
    if (!this.#mended) return;
    this.#mended = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const work of waiting) work(true);
    this.#mend();
    this.#onMended();
  }

  /** Does the work once the wire is whole; of what waits under one key, the last alone. */
  pass(key: unknown, work: (isLate: boolean) => void): void {
    if (this.#mended) this.#waiting.set(key, work);
    else work(false);
  }

  /** `events`, over this wire. */
  tellOver(events: EventRecorder): Pick<EventRecorder, "record" | "recordFor"> {
    return {
      record: (...event) => this.pass({}, () => events.record(...event)),
      recordFor: (...event) => this.pass({}, () => events.recordFor(...event)),
    };
  }

  /** `client`, over this wire. */
  through(client: Client): Client {
    const ready = async (): Promise<void> => {
      while (this.#mended) await this.#mended;
    };
    return {
      get: async (resource, key) => (await ready(), client.get(resource, key)),
      list: async (resource, namespace) => (await ready(), client.list(resource, namespace)),
      create: async (resource, object) => (await ready(), client.create(resource, object)),
      update: async (resource, object) => (await ready(), client.update(resource, object)),
      updateStatus: async (resource, object) => (await ready(), client.updateStatus(resource, object)),
      patch: async (resource, key, patch, subresource) => (
        await ready(),
        client.patch(resource, key, patch, subresource)
      ),
      createSubresource: async (resource, key, subresource, body) => (
        await ready(),
        client.createSubresource(resource, key, subresource, body)
      ),
      delete: async (resource, key, options) => (await ready(), client.delete(resource, key, options)),
      watch: (resource, onEvent) =>
        client.watch(resource, (event) => this.pass(`watch ${event.object.metadata.uid ?? ""}`, () => onEvent(event))),
    };
  }
}
