import type { Container, ProcessInfo } from "../container.ts";
import type { FileSystem } from "../filesystem.ts";
import type { ContainerOptions } from "../live-container.ts";
import type { Kernel } from "./kernel.ts";
import { processInfo } from "./process-info.ts";

/** What its processes know of a container. */
export class GuestContainer implements Container {
  readonly startedAt: number;
  readonly #options: ContainerOptions;
  readonly #kernel: Kernel;

  constructor(options: ContainerOptions, kernel: Kernel) {
    this.startedAt = options.clock.now();
    this.#options = options;
    this.#kernel = kernel;
  }

  get id(): string {
    return this.#options.id;
  }

  get hostname(): string {
    return this.#options.hostname;
  }

  get image(): Container["image"] {
    return this.#options.image;
  }

  get imageName(): string {
    return this.#options.imageName;
  }

  get pod(): Container["pod"] {
    return this.#options.pod;
  }

  get ports(): readonly number[] {
    return this.#options.ports;
  }

  get files(): FileSystem {
    return this.#kernel.files.asRoot;
  }

  get processes(): ReadonlyMap<number, ProcessInfo> {
    return new Map([...this.#kernel.processes].map(([pid, process]) => [pid, processInfo(process)]));
  }
}
