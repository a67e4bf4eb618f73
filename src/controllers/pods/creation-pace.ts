import type { Clock } from "../../sim/clock.ts";

/** Beyond what is wanted, as the API lets a controller burst. */
const burst = 30;
const windowMs = 1000;

interface Window {
  readonly begunAt: number;
  made: number;
}

/**
 * How fast an owner may make pods: all it wants at once, and then some. One whose pods end as soon as they begin would
 * otherwise go on for ever at one moment; a real cluster is slowed by its API.
 */
export class CreationPace {
  /** By the owner's uid; those of another moment are dropped. */
  readonly #windows = new Map<string, Window>();

  /** Ms until one more pod may be made; 0 takes it. */
  waitMs(uid: string, wanted: number, clock: Clock): number {
    const now = clock.now();
    const window = this.#windowOf(uid, now);
    if (window.made >= wanted + burst) return window.begunAt + windowMs - now;
    window.made++;
    return 0;
  }

  /** A pod that the owner itself did not want any more. */
  giveBack(uid: string): void {
    const window = this.#windows.get(uid);
    if (window) window.made--;
  }

  #windowOf(uid: string, now: number): Window {
    const known = this.#windows.get(uid);
    if (known && now - known.begunAt < windowMs) return known;
    for (const [owner, { begunAt }] of this.#windows) {
      if (now - begunAt < windowMs) break;
      this.#windows.delete(owner);
    }
    const window = { begunAt: now, made: 0 };
    this.#windows.delete(uid);
    this.#windows.set(uid, window);
    return window;
  }
}
