import { fieldSet, type FieldSet, isEmpty, member, memberWith, noFields } from "./fields-v1.ts";
import { isMap } from "./json.ts";
import { fieldElement, itemElement } from "./path-element.ts";
import { childShape, type MapShape, resolved, type Shape } from "./shape.ts";

/** Every field that `value` has, those that hold others included: what one owns who made all of it. */
export function everyField(shape: Shape, value: unknown): FieldSet {
  const concrete = resolved(shape, value);
  if (concrete === "leaf") return member;
  if (concrete.kind === "map") return isMap(value) ? everyFieldOfMap(concrete, value) : member;
  if (!Array.isArray(value)) return member;
  const items = value.map((item) => [itemElement(concrete, item), everyField(concrete.items, item)] as const);
  return memberWith(fieldSet(items));
}

function everyFieldOfMap(shape: MapShape, value: Readonly<Record<string, unknown>>): FieldSet {
  const elements: [string, FieldSet][] = [];
  for (const key in value) {
    if (value[key] !== undefined) elements.push([fieldElement(key), everyField(childShape(shape, key), value[key])]);
  }
  for (const [key, zero] of shape.zeros) {
    if (value[key] === undefined) elements.push([fieldElement(key), everyField(childShape(shape, key), zero)]);
  }
  return memberWith(fieldSet(elements));
}

/**
 * The fields that an applied configuration speaks of. A field with others in it is none of them, unless it is empty,
 * a list's item, or a key that its type does not name.
 */
export function appliedFields(shape: Shape, value: unknown): FieldSet {
  const concrete = resolved(shape, value);
  if (concrete === "leaf") return noFields;
  if (concrete.kind === "map") return isMap(value) ? appliedFieldsOfMap(concrete, value) : noFields;
  if (!Array.isArray(value)) return noFields;
  return fieldSet(value.map((item) => [itemElement(concrete, item), memberWith(appliedFields(concrete.items, item))]));
}

function appliedFieldsOfMap(shape: MapShape, value: Readonly<Record<string, unknown>>): FieldSet {
  const elements = Object.entries(value).flatMap(([key, child]) => {
    const childIs = childShape(shape, key);
    const below = appliedFields(childIs, child);
    const isOwned = resolved(childIs, child) === "leaf" || isBareMap(child) || !shape.declared.has(key);
    const node = isOwned ? memberWith(below) : below;
    return isOwned || !isEmpty(node) ? [[fieldElement(key), node] as const] : [];
  });
  return fieldSet(elements);
}

function isBareMap(value: unknown): boolean {
  return value === null || (isMap(value) && Object.keys(value).length === 0);
}

/** Adds to a set the fields that hold members of it, where their type names them. */
export function withNamedParents(shape: Shape, set: FieldSet): FieldSet {
  if (shape === "leaf" || shape === "any" || isEmpty(set)) return set;
  const elements = Object.entries(set).map(([element, node]): [string, FieldSet] => {
    if (element === "." || isEmpty(node)) return [element, node];
    const key = element.slice(2);
    const below = withNamedParents(shape.kind === "map" ? childShape(shape, key) : shape.items, node);
    return [element, shape.kind === "map" && shape.declared.has(key) ? memberWith(below) : below];
  });
  return fieldSet(elements);
}
