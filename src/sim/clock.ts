/**
 * The only source of time in the cluster. Nothing else may read the wall clock
 * or set a timer: that is what makes a run repeatable.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Runs `fire` once, `delayMs` from now; the returned function cancels it. */
  after(delayMs: number, fire: () => void): () => void;
  /** Runs `fire` soon, at this same moment, after the work now in hand. */
  soon(fire: () => void): void;
  /**
   * Keeps virtual time still, and whoever waits for quiet waiting, until the returned function is called: something
   * outside the cluster is under way.
   */
  hold(): () => void;
}

/** Resolves `delayMs` from now. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}

let latest = { second: -1, text: "" };

/** RFC 3339 in whole seconds, as Kubernetes writes a `Time`. Mostly asked for again within the same second. */
export function timestamp(clock: Clock): string {
  const second = Math.floor(clock.now() / 1000);
  if (second !== latest.second) {
    latest = { second, text: `${new Date(second * 1000).toISOString().slice(0, 19)}Z` };
  }
  return latest.text;
}

/** RFC 3339 in microseconds, as Kubernetes writes a `MicroTime`. */
export function microTimestamp(clock: Clock): string {
  return `${new Date(clock.now()).toISOString().slice(0, 23)}000Z`;
}
