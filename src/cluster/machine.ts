import type { Client } from "../client/client.ts";
import type { Kubelet } from "../kubelet/kubelet.ts";

/** One node's power switch, and its wire to the API server. */
export interface Machine {
  readonly uplink: Uplink;
  readonly kubelet: Kubelet;
  powerOff(): Promise<void>;
  powerOn(): Promise<void>;
}

/** A way to the API server that can be cut: calls made meanwhile wait until it is mended. */
export class Uplink {
  readonly #onMended: () => void;
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
    this.#mend();
    this.#onMended();
  }

  /** `client`, over this wire. Watches are not held up. */
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
      watch: (resource, onEvent) => client.watch(resource, onEvent),
    };
  }
}
