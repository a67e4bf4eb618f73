import { sameTree } from "../api/object.ts";

/** Whether two JSON trees mean the same: a list or field that is empty says no more than one that is missing. */
export function sameMeaning(a: unknown, b: unknown): boolean {
  return sameTree(a, b) || sameTree(withoutEmpty(a), withoutEmpty(b));
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutEmpty(item));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([, child]) => !isEmpty(child));
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutEmpty(child)]));
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
