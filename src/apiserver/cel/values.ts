import { fieldSchema, isMap, type StructuralSchema } from "../custom-resources/structural-schema.ts";

/** Names that mean something to CEL. */
const reserved: ReadonlySet<string> = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);

/**
 * A JSON value as expressions see it: whole numbers are whole, fields have names that can be written.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */
export function celValue(value: unknown, schema?: StructuralSchema): unknown {
  if (Array.isArray(value)) return value.map((item) => celValue(item, schema?.items));
  if (isMap(value)) return celMap(value, schema);
  if (typeof value === "number") return Number.isInteger(value) && schema?.type !== "number" ? BigInt(value) : value;
  return typeof value === "string" ? celText(value, schema) : value;
}

function celMap(
  value: Readonly<Record<string, unknown>>,
  schema: StructuralSchema | undefined,
): Record<string, unknown> {
  const isFree = schema?.properties === undefined;
  const fields = Object.entries(value).map(([name, field]) => [
    isFree ? name : escaped(name),
    celValue(field, schema && fieldSchema(schema, name)),
  ]);
  return Object.fromEntries(fields) as Record<string, unknown>;
}

function celText(value: string, schema: StructuralSchema | undefined): unknown {
  const isTime = schema?.format === "date-time" || schema?.format === "date";
  return isTime && !Number.isNaN(Date.parse(value)) ? new Date(value) : value;
}

/** `a-b` is written `a__dash__b`. */
export function escaped(name: string): string {
  if (reserved.has(name)) return `__${name}__`;
  return name
    .replaceAll("__", "__underscores__")
    .replaceAll(".", "__dot__")
    .replaceAll("-", "__dash__")
    .replaceAll("/", "__slash__");
}
