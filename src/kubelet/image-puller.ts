import type { Container, ContainerImage, EphemeralContainer } from "../api/types.gen.ts";
import { type Clock, sleep } from "../sim/clock.ts";
import type { Found, ImageLookup, ImageSource, Pace } from "./image-source.ts";

const usualSizeMiB = 20;

/** Why there is no image, as the container's waiting state tells it. */
export class ImageError extends Error {
  readonly reason: "InvalidImageName" | "ErrImageNeverPull" | "ErrImagePull";

  constructor(reason: ImageError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface PullReport {
  (type: "Normal" | "Warning", reason: string, message: string): void;
}

/** The images of one node: pulled once, then there. https://kubernetes.io/docs/concepts/containers/images/ */
export class ImagePuller {
  readonly #source: ImageSource;
  readonly #pace: Pace;
  readonly #clock: Clock;
  /** References on the node, or on their way. */
  readonly #present = new Map<string, Promise<void>>();
  readonly #sizes = new Map<string, number>();

  constructor(options: { source: ImageSource; pace: Pace; clock: Clock }) {
    this.#source = options.source;
    this.#pace = options.pace;
    this.#clock = options.clock;
  }

  /** The images on the node: their names and their sizes. */
  get images(): readonly ContainerImage[] {
    return [...this.#sizes].map(([reference, sizeBytes]) => ({ names: [reference], sizeBytes }));
  }

  get totalBytes(): number {
    let sum = 0;
    for (const size of this.#sizes.values()) sum += size;
    return sum;
  }

  /** `used` holds the references that stay. */
  removeUnused(used: ReadonlySet<string>): void {
    for (const reference of this.#sizes.keys()) {
      if (used.has(reference)) continue;
      this.#sizes.delete(reference);
      this.#present.delete(reference);
    }
  }

  /** Rejects with ImageError. */
  async ensure(container: Container | EphemeralContainer, report: PullReport): Promise<Found> {
    const name = container.image ?? "";
    const lookup = this.#source.find(name);
    if (lookup.outcome === "invalid") {
      const why = `couldn't parse image name ${JSON.stringify(name)}: ${lookup.reason}`;
      const message = `Failed to apply default image tag ${JSON.stringify(name)}: ${why}`;
      report("Warning", "InspectFailed", message);
      throw new ImageError("InvalidImageName", message);
    }
    const isPresent = this.#present.has(lookup.reference);
    const policy = container.imagePullPolicy ?? "IfNotPresent";
    if (isPresent && policy !== "Always" && lookup.outcome === "found") {
      report("Normal", "Pulled", `Container image ${JSON.stringify(name)} already present on machine`);
      return lookup;
    }
    if (policy === "Never") {
      const message = `Container image ${JSON.stringify(name)} is not present with pull policy of Never`;
      report("Warning", "ErrImageNeverPull", message);
      throw new ImageError("ErrImageNeverPull", message);
    }
    return this.#pull(lookup, { name, isPresent, report });
  }

  async #pull(
    lookup: Exclude<ImageLookup, { outcome: "invalid" }>,
    { name, isPresent, report }: { name: string; isPresent: boolean; report: PullReport },
  ): Promise<Found> {
    const startedAt = this.#clock.now();
    report("Normal", "Pulling", `Pulling image ${JSON.stringify(name)}`);
    if (lookup.outcome === "missing") {
      await this.#wait(this.#pace.pullMs);
      const message = `Failed to pull image ${JSON.stringify(name)}: ${lookup.message}`;
      report("Warning", "Failed", message);
      throw new ImageError("ErrImagePull", lookup.message);
    }
    await (isPresent ? this.#wait(this.#pace.pullMs / 5) : this.#fetch(lookup.reference));
    const took = formatDuration(this.#clock.now() - startedAt);
    const size = Math.round((lookup.image.sizeMiB ?? usualSizeMiB) * 1024 * 1024);
    this.#sizes.set(lookup.reference, size);
    const message = `Successfully pulled image ${JSON.stringify(name)} in ${took} (${took} including waiting). Image size: ${size} bytes.`;
    report("Normal", "Pulled", message);
    if (lookup.notice) report("Normal", "SimulatedImage", lookup.notice);
    return lookup;
  }

  /** Several pods that want the same image wait for one pull. */
  async #fetch(reference: string): Promise<void> {
    let pulling = this.#present.get(reference);
    if (!pulling) {
      pulling = this.#wait(this.#pace.pullMs);
      this.#present.set(reference, pulling);
    }
    await pulling;
  }

  async #wait(delayMs: number): Promise<void> {
    if (delayMs > 0) await sleep(this.#clock, delayMs);
  }
}

/** As Go prints a duration: `1.002s`, `350ms`. */
function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.max(1, Math.round(durationMs))}ms`;
  return `${(durationMs / 1000).toFixed(3).replace(/\.?0+$/u, "")}s`;
}
