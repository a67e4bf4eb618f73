import { isMap } from "./json.ts";

/**
 * A set of field paths, in the very form of `fieldsV1`: `f:name` is a field, `k:{…}` a list item by its keys, `v:…` one
 * by its value. A path is a member of the set when its node is empty or holds ".". The root is never one.
 * What an operation does not change it shares with its operand, so equal references mean equal sets.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
 */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

export const noFields: FieldSet = Object.freeze({});

/** A node that is a member and has no children. @alias noFields */
export const member: FieldSet = noFields;

const self = ".";

export function isEmpty(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** A set (or node) of these elements, in the order in which upstream writes them. */
export function fieldSet(elements: readonly (readonly [string, FieldSet])[]): FieldSet {
  const set: Record<string, FieldSet> = {};
  for (const [element, node] of isSorted(elements) ? elements : elements.toSorted(byElement)) set[element] = node;
  return set;
}

function isSorted(elements: readonly (readonly [string, FieldSet])[]): boolean {
  return elements.every(([element], index) => index === 0 || (elements[index - 1]?.[0] ?? "") < element);
}

function byElement([a]: readonly [string, FieldSet], [b]: readonly [string, FieldSet]): number {
  return a < b ? -1 : 1;
}

/** A node that is itself a member, with these children. */
export function memberWith(children: FieldSet): FieldSet {
  return isEmpty(children) || self in children ? children : { [self]: member, ...children };
}

/** Checks what came as JSON. Throws when it is no field set. */
export function parseFields(value: unknown): FieldSet {
  if (!isMap(value)) throw new TypeError("a field set must be an object");
  for (const [element, child] of Object.entries(value)) {
    if (element !== self && !/^[fkvi]:/u.test(element)) throw new TypeError(`unknown path element ${element}`);
    if (/^[kv]:/u.test(element)) JSON.parse(element.slice(2));
    parseFields(child);
  }
  return value as FieldSet;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmpty(b)) return a;
  if (isEmpty(a)) return b;
  const changes: [string, FieldSet][] = [];
  let isLarger = false;
  for (const element in b) {
    const [mine, theirs] = [a[element], b[element] ?? member];
    const both = mine ? nodeUnion(mine, theirs) : theirs;
    if (both === mine) continue;
    isLarger ||= mine === undefined;
    changes.push([element, both]);
  }
  if (changes.length === 0) return a;
  const merged = { ...a, ...Object.fromEntries(changes) };
  return isLarger ? fieldSet(Object.entries(merged)) : merged;
}

function nodeUnion(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(b)) return memberWith(a);
  return isEmpty(a) ? memberWith(b) : union(a, b);
}

/** The members of `a` that are no members of `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return without(a, b, false);
}

/** The members of `a` that are no members of `b`, nor below one. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  return without(a, b, true);
}

/** Deleting keys of a copy would make it an object of the slow and large kind. */
function without(a: FieldSet, b: FieldSet, isRecursive: boolean): FieldSet {
  const changed = new Map<string, FieldSet | undefined>();
  for (const element in b) {
    const mine = a[element];
    if (!mine || element === self) continue;
    const rest = nodeWithout(mine, b[element] ?? member, isRecursive);
    if (rest !== mine) changed.set(element, rest);
  }
  if (changed.size === 0) return a;
  const kept: Record<string, FieldSet> = {};
  for (const element in a) {
    const rest = changed.has(element) ? changed.get(element) : a[element];
    if (rest) kept[element] = rest;
  }
  return kept;
}

function nodeWithout(mine: FieldSet, theirs: FieldSet, isRecursive: boolean): FieldSet | undefined {
  const isRemoved = isMember(theirs);
  if (isRemoved && (isRecursive || isEmpty(mine))) return undefined;
  if (isEmpty(mine)) return mine;
  const children = without(mine, theirs, isRecursive);
  if (!isRemoved || !(self in children)) return shrunk(children);
  const { [self]: _, ...rest } = children;
  return isEmpty(rest) ? undefined : rest;
}

/** A member without children is written as an empty node; a node that lost all is gone. */
function shrunk(node: FieldSet): FieldSet | undefined {
  const elements = Object.keys(node);
  if (elements.length === 0) return undefined;
  return elements.length === 1 && elements[0] === self ? member : node;
}

/** The members of both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const shared: [string, FieldSet][] = [];
  for (const element in a) {
    const [mine, theirs] = [a[element], b[element]];
    const both = mine && theirs && element !== self ? nodeIntersection(mine, theirs) : undefined;
    if (both) shared.push([element, both]);
  }
  return shared.length === 0 ? noFields : Object.fromEntries(shared);
}

function nodeIntersection(a: FieldSet, b: FieldSet): FieldSet | undefined {
  const children = intersection(a, b);
  if (isMember(a) && isMember(b)) return memberWith(children);
  return isEmpty(children) ? undefined : children;
}

export function isMember(node: FieldSet): boolean {
  return isEmpty(node) || self in node;
}

/** A node's children, without its own membership. */
export function childrenOf(node: FieldSet): FieldSet {
  if (!(self in node)) return node;
  const { [self]: _, ...children } = node;
  return children;
}

/** Every member's path, members of one level before what is below them. */
export function pathsOf(set: FieldSet, prefix: readonly string[] = []): (readonly string[])[] {
  const nodes = Object.entries(set).filter(([element]) => element !== self);
  const members = nodes.filter(([, node]) => isMember(node)).map(([element]) => prefix.concat(element));
  return [...members, ...nodes.flatMap(([element, node]) => pathsOf(node, [...prefix, element]))];
}
