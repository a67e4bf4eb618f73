import { readFileSync } from "node:fs";

import { packageFile } from "./package-file.ts";

/** What facts/types.json says of one field. `number` is its protobuf field number. */
export interface FieldFact {
  readonly number?: number;
  readonly type?: "string" | "integer" | "number" | "boolean" | "array" | "object";
  readonly format?: "int32" | "int64" | "byte" | "date-time" | "int-or-string" | "quantity" | "double";
  readonly goType?:
    | "Time"
    | "MicroTime"
    | "Duration"
    | "Quantity"
    | "IntOrString"
    | "FieldsV1"
    | "RawExtension"
    | "UID";
  /** Full name of another type. */
  readonly ref?: string;
  readonly items?: FieldFact;
  readonly additionalProperties?: FieldFact | boolean;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  /** A pointer in Go: a zero sent on the wire is meaningful. */
  readonly pointer?: boolean;
  readonly omitempty?: boolean;
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
  readonly listType?: "atomic" | "set" | "map";
  readonly listMapKeys?: readonly string[];
  readonly mapType?: "atomic" | "granular";
  readonly structType?: "atomic" | "granular";
  /** Keeps fields it does not know. */
  readonly preserve?: boolean;
}

export interface TypeFact {
  readonly fields?: Readonly<Record<string, FieldFact>>;
  /** Embedded structs: in JSON their fields are the parent's; in protobuf they sit under `number`. */
  readonly inline?: readonly { readonly number?: number; readonly of: { readonly ref?: string } }[];
  readonly required?: readonly string[];
  readonly mapType?: "atomic" | "granular";
}

/** Every Kubernetes 1.32 type by full name, such as `io.k8s.api.core.v1.Pod`. */
export const typeFacts: Readonly<Record<string, TypeFact>> = JSON.parse(
  readFileSync(packageFile("facts/types.json"), "utf8"),
) as Record<string, TypeFact>;

export const typeMetaName = "io.k8s.apimachinery.pkg.apis.meta.v1.TypeMeta";

const flattened = new Map<string, Readonly<Record<string, FieldFact>>>();

/** The JSON fields of a type, those of embedded structs included (apiVersion and kind are not: see `typeMetaName`). */
export function jsonFieldsOf(name: string): Readonly<Record<string, FieldFact>> {
  const known = flattened.get(name);
  if (known) return known;
  const fact = typeFacts[name];
  const inherited = (fact?.inline ?? []).flatMap(({ of }) =>
    of.ref && of.ref !== typeMetaName ? Object.entries(jsonFieldsOf(of.ref)) : [],
  );
  const fields = { ...Object.fromEntries(inherited), ...fact?.fields };
  flattened.set(name, fields);
  return fields;
}

/** Whether objects of this type carry apiVersion and kind. */
export function hasTypeMeta(name: string): boolean {
  return (typeFacts[name]?.inline ?? []).some(({ of }) => of.ref === typeMetaName);
}
