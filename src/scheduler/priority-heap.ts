/** Gives back what was put in, the first by `isBefore` first. */
export class PriorityHeap<T> {
  readonly #isBefore: (a: T, b: T) => boolean;
  readonly #items: T[] = [];

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  push(item: T): void {
    this.#items.push(item);
    let at = this.#items.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  pop(): T | undefined {
    const [first] = this.#items;
    const last = this.#items.pop();
    if (last === undefined || this.#items.length === 0) return last;
    this.#items[0] = last;
    for (let at = 0; ;) {
      const left = at * 2 + 1;
      const child = this.#comesBefore(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfBefore(child, at)) return first;
      at = child;
    }
  }

  #swapIfBefore(a: number, b: number): boolean {
    if (!this.#comesBefore(a, b)) return false;
    const [first, second] = [this.#items[a], this.#items[b]];
    if (first === undefined || second === undefined) return false;
    this.#items[a] = second;
    this.#items[b] = first;
    return true;
  }

  #comesBefore(a: number, b: number): boolean {
    const [first, second] = [this.#items[a], this.#items[b]];
    return first !== undefined && second !== undefined && this.#isBefore(first, second);
  }
}
