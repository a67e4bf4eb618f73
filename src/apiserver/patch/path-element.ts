import { isMap, type JsonMap } from "./json.ts";
import type { ListShape } from "./shape.ts";

const fieldElements = new Map<string, string>();
const rememberedElements = 10_000;

/** The same string for the same name: objects whose keys it becomes find it faster than an equal one. */
export function fieldElement(name: string): string {
  let element = fieldElements.get(name);
  if (element === undefined) {
    element = `f:${name}`;
    if (fieldElements.size >= rememberedElements) fieldElements.clear();
    fieldElements.set(name, element);
  }
  return element;
}

/** The element of a list's item: by its keys, or by its value where it has none. */
export function itemElement({ keys, keyDefaults }: ListShape, item: unknown): string {
  if (keys.length === 0 || !isMap(item)) return `v:${JSON.stringify(item)}`;
  const values = keys.map((key) => [key, item[key] ?? keyDefaults[key]] as const);
  return `k:${JSON.stringify(Object.fromEntries(values))}`;
}

/** As error messages print a path: `.spec.containers[name="web"].image`. */
export function printedPath(path: readonly string[]): string {
  return path.map(printedElement).join("");
}

export function printedElement(element: string): string {
  const rest = element.slice(2);
  switch (element[0]) {
    case "k":
      return `[${printedKeys(JSON.parse(rest) as JsonMap)}]`;
    case "v":
      return `[=${rest}]`;
    case "i":
      return `[${rest}]`;
    default:
      return `.${rest}`;
  }
}

function printedKeys(keys: JsonMap): string {
  return Object.entries(keys)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(",");
}
