import { sameTree } from "../../api/object.ts";
import { childrenOf, fieldSet, type FieldSet, isEmpty, member, memberWith, noFields } from "./fields-v1.ts";
import { isMap, type JsonMap } from "./json.ts";
import { everyField } from "./object-fields.ts";
import { fieldElement, itemElement } from "./path-element.ts";
import { childShape, type ListShape, type MapShape, resolved, type Shape } from "./shape.ts";

/** What became of an object's fields. `changed`: new, or with another value. */
export interface Changes {
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

/** At one place in the object: undefined where nothing happened. */
interface Difference {
  readonly changed?: FieldSet | undefined;
  readonly removed?: FieldSet | undefined;
}

const same: Difference = {};
const leafChanged: Difference = { changed: member };

/** The cost is that of what is not shared between the two. */
export function compare(shape: Shape, left: unknown, right: unknown): Changes {
  const { changed, removed } = differenceAt(shape, left, right);
  return { changed: changed ?? noFields, removed: removed ?? noFields };
}

function differenceAt(shape: Shape, left: unknown, right: unknown): Difference {
  if (left === right) return same;
  if (left === undefined) return { changed: everyField(shape, right) };
  if (right === undefined) return { removed: everyField(shape, left) };
  const before = resolved(shape, left);
  const after = resolved(shape, right);
  if (before !== after) return kindChanged(before, left, after, right);
  if (after === "leaf") return sameTree(left, right) ? same : leafChanged;
  if (isBare(left) && isBare(right)) return sameTree(left, right) ? same : leafChanged;
  return after.kind === "map" ? mapDifference(after, left, right) : listDifference(after, left, right);
}

/** A map became a scalar, or a scalar a map: null goes as either. */
function kindChanged(
  before: MapShape | ListShape | "leaf",
  left: unknown,
  after: MapShape | ListShape | "leaf",
  right: unknown,
): Difference {
  const children = (shape: Shape, value: unknown): FieldSet => childrenOf(everyField(shape, value));
  if (after === "leaf") return { changed: right === null ? undefined : member, removed: some(children(before, left)) };
  return { changed: left === null ? some(children(after, right)) : memberWith(children(after, right)) };
}

function mapDifference(shape: MapShape, left: unknown, right: unknown): Difference {
  const [before, after] = [mapOf(left), mapOf(right)];
  const found = new Findings();
  for (const key in after) {
    const previous = before[key] ?? (before[key] === null ? null : shape.zeros.get(key));
    found.add(fieldElement(key), differenceAt(childShape(shape, key), previous, after[key]));
  }
  for (const key in before) {
    if (after[key] !== undefined) continue;
    found.add(fieldElement(key), differenceAt(childShape(shape, key), before[key], shape.zeros.get(key)));
  }
  return found.difference();
}

function listDifference(shape: ListShape, left: unknown, right: unknown): Difference {
  const [before, after] = [listOf(left), listOf(right)];
  if (before.length === after.length && before.every((item, index) => sameTree(item, after[index]))) return same;
  const [mine, theirs] = [byElement(shape, before), byElement(shape, after)];
  const found = new Findings();
  for (const [element, items] of theirs) found.add(element, itemsDifference(shape, mine.get(element), items));
  for (const [element, items] of mine)
    if (!theirs.has(element)) found.add(element, itemsDifference(shape, items, undefined));
  return found.difference();
}

/** Items that should be told apart by their keys and are not count as one. */
function itemsDifference(
  { items }: ListShape,
  left: readonly unknown[] | undefined,
  right: readonly unknown[] | undefined,
): Difference {
  if ((left?.length ?? 0) <= 1 && (right?.length ?? 0) <= 1) return differenceAt(items, left?.[0], right?.[0]);
  if (!right) return { removed: member };
  return sameTree(left, right) ? same : leafChanged;
}

function byElement(shape: ListShape, items: readonly unknown[]): Map<string, unknown[]> {
  const groups = new Map<string, unknown[]>();
  for (const item of items) {
    const element = itemElement(shape, item);
    const group = groups.get(element);
    if (group) group.push(item);
    else groups.set(element, [item]);
  }
  return groups;
}

/** Gathers the differences of a place's children. */
class Findings {
  readonly #changed: [string, FieldSet][] = [];
  readonly #removed: [string, FieldSet][] = [];

  add(element: string, { changed, removed }: Difference): void {
    if (changed) this.#changed.push([element, changed]);
    if (removed) this.#removed.push([element, removed]);
  }

  difference(): Difference {
    if (this.#changed.length === 0 && this.#removed.length === 0) return same;
    return { changed: setOf(this.#changed), removed: setOf(this.#removed) };
  }
}

function setOf(elements: readonly (readonly [string, FieldSet])[]): FieldSet | undefined {
  return elements.length === 0 ? undefined : fieldSet(elements);
}

function some(set: FieldSet): FieldSet | undefined {
  return isEmpty(set) ? undefined : set;
}

/** Null, or with nothing in it. */
function isBare(value: unknown): boolean {
  return value === null || (Array.isArray(value) ? value.length === 0 : isMap(value) && isEmpty(value as FieldSet));
}

function mapOf(value: unknown): JsonMap {
  return isMap(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
