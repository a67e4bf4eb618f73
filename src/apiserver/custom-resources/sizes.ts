import { fieldSchema, isMap, type StructuralSchema } from "./structural-schema.ts";

/** How large a value is or can be: characters of a text, items of a list, keys of a map; all else counts one. */
export interface Sized {
  readonly size: number;
  /** What a loop over it meets: the largest item of a list or key of a map. */
  readonly each: Sized;
  /** A field, or any value of a list or map. */
  at(field?: string): Sized;
}

/** Nothing larger fits into a request. */
const largestBytes = 3 * 1024 * 1024;

export const scalar: Sized = {
  size: 1,
  get each() {
    return scalar;
  },
  at: () => scalar,
};

export function textOfSize(size: number): Sized {
  return { size, each: scalar, at: () => scalar };
}

export function listOfSize(size: number, each: Sized): Sized {
  return { size, each, at: () => each };
}

/** What could be anything that a request can hold. */
export const anything: Sized = {
  size: largestBytes,
  get each() {
    return anything;
  },
  at: () => anything,
};

const known = new WeakMap<StructuralSchema, Sized>();

/** The largest that a schema allows. https://kubernetes.io/docs/reference/using-api/cel/#cost-budget */
export function largestOf(schema: StructuralSchema | undefined): Sized {
  if (!schema) return anything;
  let sized = known.get(schema);
  if (!sized) {
    sized = sizeOfType(schema);
    known.set(schema, sized);
  }
  return sized;
}

function sizeOfType(schema: StructuralSchema): Sized {
  switch (schema.type) {
    case "string":
      return textOfSize(longestText(schema));
    case "array":
      return lazyList(largestCount(schema), () => largestOf(schema.items));
    case "object":
      return largestMap(schema);
    case "boolean":
    case "integer":
    case "number":
      return scalar;
    default:
      return anything;
  }
}

const longestOfFormat: Readonly<Record<string, number>> = { date: 10, "date-time": 32, duration: 32 };

/** A character may take four bytes. */
function longestText({ maxLength, format, enum: values }: StructuralSchema): number {
  if (values) return Math.max(...values.map((value) => String(value).length));
  return maxLength === undefined ? (longestOfFormat[format ?? ""] ?? largestBytes - 2) : maxLength * 4;
}

function largestMap(schema: StructuralSchema): Sized {
  const { properties = {}, additionalProperties } = schema;
  const isFree = typeof additionalProperties === "object";
  return {
    size: isFree ? largestCount(schema) : Math.max(1, Object.keys(properties).length),
    each: textOfSize(largestBytes - 2),
    at: (field) =>
      largestOf(field === undefined ? (isFree ? additionalProperties : undefined) : fieldSchema(schema, field)),
  };
}

/** How many items or keys there can be: as many as are allowed, or as many small ones as a request holds. */
export function largestCount({ maxItems, maxProperties, items, additionalProperties }: StructuralSchema): number {
  if (typeof additionalProperties === "object") {
    return maxProperties ?? Math.floor((largestBytes - 2) / (smallestBytes(additionalProperties) + 6));
  }
  return maxItems ?? Math.floor((largestBytes - 2) / (smallestBytes(items) + 1));
}

function smallestBytes(schema: StructuralSchema | undefined): number {
  switch (schema?.type) {
    case "boolean":
      return 4;
    case "string":
    case "array":
      return 2;
    case "object":
      return (schema.required ?? []).reduce(
        (bytes, name) => bytes + name.length + 5 + smallestBytes(schema.properties?.[name]),
        2,
      );
    default:
      return 1;
  }
}

/** Of what there really is: of several values, as much as the largest takes. */
export function sizeOfValues(values: readonly unknown[]): Sized {
  return {
    size: values.reduce<number>((largest, value) => Math.max(largest, sizeOf(value)), 1),
    get each() {
      return sizeOfValues(
        values.flatMap((value) => (isMap(value) ? Object.keys(value) : Array.isArray(value) ? value : [])),
      );
    },
    at: (field) =>
      sizeOfValues(
        values.flatMap((value) => {
          if (isMap(value)) return field === undefined ? Object.values(value) : [value[field]];
          return Array.isArray(value) ? value : [];
        }),
      ),
  };
}

function sizeOf(value: unknown): number {
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  return isMap(value) ? Object.keys(value).length : 1;
}

function lazyList(size: number, item: () => Sized): Sized {
  return {
    size,
    get each() {
      return item();
    },
    at: () => item(),
  };
}
