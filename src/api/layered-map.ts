/**
 * Maps laid over one another: of a key that several have, the first one's value counts. Nothing is copied, so many may
 * stand on a large one; no layer may change.
 */
export class LayeredMap<K, V> implements ReadonlyMap<K, V> {
  readonly #layers: readonly ReadonlyMap<K, V>[];

  constructor(...layers: readonly ReadonlyMap<K, V>[]) {
    this.#layers = layers;
  }

  get size(): number {
    return new Set(this.keys()).size;
  }

  get(key: K): V | undefined {
    return this.#layers.find((layer) => layer.has(key))?.get(key);
  }

  has(key: K): boolean {
    return this.#layers.some((layer) => layer.has(key));
  }

  *entries(): MapIterator<[K, V]> {
    for (const [index, layer] of this.#layers.entries()) {
      const above = this.#layers.slice(0, index);
      for (const entry of layer) if (!above.some((one) => one.has(entry[0]))) yield entry;
    }
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  forEach(tell: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) tell(value, key, this);
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }
}
