import type { KubeObject } from "../../api/object.ts";
import { unknownError } from "../../api/status.ts";
import { isMap, type JsonMap } from "./json.ts";
import { itemElement, printedElement } from "./path-element.ts";
import { childShape, type ListShape, resolved, type Shape } from "./shape.ts";

/** Refuses a configuration with fields that nobody knows, or whose list items cannot be told apart. */
export function checkApplied(shape: Shape, applied: JsonMap): void {
  const errors = errorsIn(shape, applied, "");
  if (errors.length === 0) return;
  const text = errors.length === 1 ? errors[0] : ["errors:", ...errors.map((error) => `  ${error}`)].join("\n");
  throw unknownError(`failed to create typed patch object (${nameOf(applied)}): ${text}`);
}

function nameOf(applied: JsonMap): string {
  const { apiVersion = "", kind = "", metadata } = applied as unknown as Partial<KubeObject>;
  const version = apiVersion.includes("/") ? apiVersion : `/${apiVersion}`;
  return `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}; ${version}, Kind=${kind}`;
}

function errorsIn(shape: Shape, value: unknown, path: string): readonly string[] {
  const concrete = resolved(shape, value);
  if (concrete === "leaf") return [];
  if (concrete.kind === "list") return Array.isArray(value) ? errorsInList(concrete, value, path) : [];
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const below = `${path}.${key}`;
    if (concrete.isClosed && !concrete.declared.has(key)) return [`${below}: field not declared in schema`];
    return errorsIn(childShape(concrete, key), child, below);
  });
}

function errorsInList(shape: ListShape, items: readonly unknown[], path: string): readonly string[] {
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const missing = missingKey(shape, item);
    if (missing !== undefined) {
      const why = `associative list with keys has an element that omits key field "${missing}" (and doesn't have default value)`;
      return [`${path}: element ${index}: ${why}`];
    }
    const element = itemElement(shape, item);
    const place = printedElement(element);
    if (seen.has(element)) return [`${path}: duplicate entries for key ${place}`];
    seen.add(element);
    return errorsIn(shape.items, item, path + place);
  });
}

function missingKey({ keys, keyDefaults }: ListShape, item: unknown): string | undefined {
  if (!isMap(item)) return undefined;
  return keys.find((key) => item[key] === undefined && keyDefaults[key] === undefined);
}
