import type { KubeObject } from "../../api/object.ts";
import type { CustomResourceColumn } from "../../resources/apiextensions/custom-resource-definition.ts";
import { age, name, since } from "../../resources/columns.ts";
import type { Column } from "../../resources/definition.ts";
import { jsonPathReader } from "./json-path.ts";

/**
 * What `kubectl get` shows of a custom resource: its name and the columns of its definition, or its age without any.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#additional-printer-columns
 */
export function printerColumns(columns: readonly CustomResourceColumn[] = []): readonly Column[] {
  if (columns.length === 0) return [name, { ...age, type: "date" }];
  return [name, ...columns.map((column) => printerColumn(column))];
}

function printerColumn({ name: title, type, format, description, priority, jsonPath }: CustomResourceColumn): Column {
  const read = jsonPathReader(jsonPath);
  const show = cellOf[type] ?? cellOf["string"];
  return {
    name: title,
    type: type as NonNullable<Column["type"]>,
    ...(format ? { format } : {}),
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    ...(priority ? { priority } : {}),
    value: (object: KubeObject, now: number) => {
      const found = read(object);
      return found.length === 0 ? null : (show?.(found, now) ?? null);
    },
  };
}

type Cell = (found: readonly unknown[], now: number) => string | number | boolean | null;

/** A value of another type than its column shows nothing. */
const cellOf: Readonly<Record<string, Cell>> = {
  string: ([value]) => textOf(value),
  integer: ([value]) => (typeof value === "number" ? Math.trunc(value) : null),
  number: ([value]) => (typeof value === "number" ? value : null),
  boolean: ([value]) => (typeof value === "boolean" ? value : null),
  date: ([value], now) => {
    if (typeof value !== "string") return null;
    return Number.isNaN(Date.parse(value)) ? "<invalid>" : since(value, now);
  },
};

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
