import { isIP } from "node:net";

import { sameTree } from "../api/object.ts";
import { type FieldError, invalid, notSupported, required } from "../api/status.ts";

/** The errors of every item of a list, each checked under its own path: `spec.containers[0]`. */
export function each<T>(
  field: string,
  items: readonly T[] | undefined,
  errorsOf: (item: T, field: string, index: number) => readonly FieldError[],
): FieldError[] {
  return (items ?? []).flatMap((item, index) => errorsOf(item, `${field}[${index}]`, index));
}

export function requiredText(field: string, text: string | undefined): FieldError[] {
  return text ? [] : [required(field)];
}

export function nonNegative(field: string, value: number | undefined): FieldError[] {
  return value === undefined || value >= 0 ? [] : [invalid(field, value, "must be greater than or equal to 0")];
}

export function inRange(field: string, value: number | undefined, least: number, most: number): FieldError[] {
  if (value === undefined || (value >= least && value <= most)) return [];
  return [invalid(field, value, `must be between ${least} and ${most}, inclusive`)];
}

/** One of a fixed set of words, and not none of them. */
export function oneOf(field: string, word: string | undefined, supported: readonly string[]): FieldError[] {
  return word ? oneOfIfSet(field, word, supported) : [required(field)];
}

export function oneOfIfSet(field: string, word: string | undefined, supported: readonly string[]): FieldError[] {
  return word === undefined || supported.includes(word) ? [] : [notSupported(field, word, supported)];
}

export function immutable(field: string, value: unknown, previous: unknown): FieldError[] {
  return sameTree(value, previous) ? [] : [invalid(field, value, "field is immutable")];
}

export function ipAddress(field: string, address: string | undefined): FieldError[] {
  if (isIP(address ?? "") !== 0) return [];
  return [invalid(field, address ?? "", "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")];
}
