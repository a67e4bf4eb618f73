interface Timer {
  readonly dueAt: number;
  readonly order: number;
  readonly fire: () => void;
  cancelled: boolean;
}

/** A binary heap of timers, earliest first; equal times keep the order they were added in. */
export class TimerQueue {
  readonly #heap: Timer[] = [];
  #added = 0;
  #cancelled = 0;

  /** The returned function cancels. */
  add(dueAt: number, fire: () => void): () => void {
    const timer: Timer = { dueAt, order: this.#added++, fire, cancelled: false };
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1);
    return () => {
      if (timer.cancelled) return;
      timer.cancelled = true;
      this.#cancelled++;
      if (this.#cancelled > 64 && this.#cancelled * 2 > this.#heap.length) this.#sweep();
    };
  }

  get nextDueAt(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.dueAt;
  }

  /** Removes and returns the first timer due at `now` or before. */
  takeDue(now: number): (() => void) | undefined {
    this.#dropCancelled();
    const first = this.#heap[0];
    if (!first || first.dueAt > now) return undefined;
    this.#removeFirst();
    first.cancelled = true;
    return first.fire;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled) {
      this.#removeFirst();
      this.#cancelled--;
    }
  }

  #sweep(): void {
    const live = this.#heap.filter((timer) => !timer.cancelled);
    this.#heap.length = 0;
    this.#cancelled = 0;
    for (const timer of live) {
      this.#heap.push(timer);
      this.#rise(this.#heap.length - 1);
    }
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (!last || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  #rise(start: number): void {
    for (let at = start; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfEarlier(at, parent)) return;
      at = parent;
    }
  }

  #sink(): void {
    for (let at = 0; ;) {
      const left = at * 2 + 1;
      const child = this.#isEarlier(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfEarlier(child, at)) return;
      at = child;
    }
  }

  #swapIfEarlier(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (!first || !second || !this.#isEarlier(a, b)) return false;
    this.#heap[a] = second;
    this.#heap[b] = first;
    return true;
  }

  #isEarlier(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (!first || !second) return false;
    return first.dueAt - second.dueAt < 0 || (first.dueAt === second.dueAt && first.order < second.order);
  }
}
