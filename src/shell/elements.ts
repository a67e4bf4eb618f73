import { outOfMemory } from "./expand/joined.ts";

/** What an element takes beside its characters. */
const elementBytes = 128;
const mostElements = 1_000_000;

/** The elements of an array by index or key: it knows which index comes next, and how many bytes it holds. */
export class Elements extends Map<string, string> {
  bytes = 0;
  #next: number | undefined = 0;

  static of(entries: Iterable<readonly [string, string]>): Elements {
    const elements = new Elements();
    for (const [key, value] of entries) elements.set(key, value);
    return elements;
  }

  /** Of a variable that is no array yet: its value is the first. */
  static from({ elements, value }: { elements?: Elements; value: string | undefined }): Elements {
    return elements ?? Elements.of(value === undefined ? [] : [["0", value]]);
  }

  /** The index behind the last one. */
  get next(): number {
    this.#next ??= [...this.keys()].reduce((last, key) => Math.max(last, Number(key)), -1) + 1;
    return this.#next;
  }

  append(value: string): void {
    this.set(String(this.next), value);
  }

  override set(key: string, value: string): this {
    const before = this.get(key);
    if (before === undefined && this.size >= mostElements) throw outOfMemory();
    this.bytes += value.length + (before === undefined ? elementBytes + key.length : -before.length);
    const index = Number(key);
    if (this.#next !== undefined && index >= this.#next) this.#next = index + 1;
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    const before = this.get(key);
    if (before === undefined) return false;
    this.bytes -= elementBytes + key.length + before.length;
    this.#next = undefined;
    return super.delete(key);
  }
}
