import type { KubeObject } from "../../api/object.ts";
import { byBytes } from "../printers/go-json.ts";
import type { Description } from "./description.ts";

/** Any object, field by field: for kinds of which kubectl knows nothing. */
export function describeGeneric(object: KubeObject, to: Description): void {
  const { metadata } = object;
  to.field("Name", metadata.name);
  to.field("Namespace", metadata.namespace ?? "");
  to.labels("Labels", metadata.labels);
  to.annotations("Annotations", metadata.annotations);
  const {
    name: _name,
    namespace: _namespace,
    labels: _labels,
    annotations: _own,
    managedFields: _fields,
    ...kept
  } = metadata;
  const shown = { ...object, metadata: kept } as unknown as Record<string, unknown>;
  describeMap(shown, 0, to);
}

function describeMap(map: Record<string, unknown>, level: number, to: Description): void {
  const entries = Object.entries(map).map(([key, value]) => [title(key), value] as const);
  for (const [name, value] of entries.toSorted(([a], [b]) => byBytes(a, b))) {
    if (Array.isArray(value)) {
      to.line(`${name}:`, level);
      describeList(value, level + 1, to);
    } else if (typeof value === "object" && value !== null) {
      to.line(`${name}:`, level);
      describeMap(value as Record<string, unknown>, level + 1, to);
    } else to.field(name, shownScalar(value), level);
  }
}

function describeList(items: readonly unknown[], level: number, to: Description): void {
  for (const item of items) {
    if (Array.isArray(item)) describeList(item, level + 1, to);
    else if (typeof item === "object" && item !== null) describeMap(item as Record<string, unknown>, level, to);
    else to.line(shownScalar(item), level);
  }
}

function shownScalar(value: unknown): string {
  if (value === null) return "<nil>";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** `apiVersion` → `API Version`, `podCIDR` → `Pod CIDR`; a name with more than letters in it stays as it is. */
function title(field: string): string {
  if (/[^\p{L}-]/u.test(field)) return field;
  const words = field.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^A-Za-z]+/gu) ?? [field];
  return words
    .map((word) =>
      acronyms.has(word.toUpperCase()) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1),
    )
    .join(" ");
}

const acronyms = new Set(["API", "URL", "UID", "OSB", "GUID"]);
