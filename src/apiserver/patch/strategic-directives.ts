import { isMap } from "./json.ts";

/** What to do with the map or list item that holds it: `delete`, `replace` or `merge`. */
export const directive = "$patch";

/** Beside a field of which only the listed keys stay. */
export const retainKeys = "$retainKeys";

/** Before the name of a list of scalars: items to take out of it. */
export const deletePrefix = "$deleteFromPrimitiveList/";

/** Before the name of a list: the order of its items. */
export const orderPrefix = "$setElementOrder/";

export function isDirective(key: string): boolean {
  return key === directive || key === retainKeys || key.startsWith(deletePrefix) || key.startsWith(orderPrefix);
}

/** A patch's value where there is nothing to merge it with. Undefined if a directive leaves nothing of it. */
export function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  if (directive in value) return undefined;
  const fields = Object.entries(value).filter(([key, field]) => field !== null && !isDirective(key));
  const plain = fields.map(([key, field]) => [key, withoutDirectives(field)] as const);
  return Object.fromEntries(plain.filter(([, field]) => field !== undefined));
}
