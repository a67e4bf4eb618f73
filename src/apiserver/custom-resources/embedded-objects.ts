import type { KubeObject } from "../../api/object.ts";
import { type FieldError, invalid, required } from "../../api/status.ts";
import { qualifiedName } from "../../resources/names.ts";
import { eachChild, formatPath, isMap, type Path, type StructuralSchema } from "./structural-schema.ts";

/** What is wrong with whole objects inside an object: each needs an apiVersion, a kind and good metadata. */
export function embeddedObjectErrors(schema: StructuralSchema, value: unknown, path: Path = []): FieldError[] {
  const isEmbedded = schema["x-kubernetes-embedded-resource"] === true && isMap(value);
  const errors = isEmbedded ? objectErrors(value, path) : [];
  eachChild(schema, value, (below, child, part) => {
    errors.push(...embeddedObjectErrors(below, child, [...path, part]));
  });
  return errors;
}

function objectErrors(object: Readonly<Record<string, unknown>>, path: Path): FieldError[] {
  return [
    ...textErrors(formatPath([...path, "apiVersion"]), object["apiVersion"]),
    ...textErrors(formatPath([...path, "kind"]), object["kind"]),
    ...metadataErrors(formatPath([...path, "metadata"]), object["metadata"]),
  ];
}

function textErrors(field: string, value: unknown): FieldError[] {
  if (value === undefined) return [required(field, "must not be empty")];
  if (typeof value !== "string") return [invalid(field, value, "must be a string")];
  return value === "" ? [invalid(field, value, "must not be empty")] : [];
}

function metadataErrors(field: string, metadata: unknown): FieldError[] {
  if (metadata === undefined) return [];
  if (!isMap(metadata)) return [invalid(field, metadata, "must be an object")];
  const { labels, annotations } = metadata as Partial<KubeObject["metadata"]>;
  return [...keyErrors(`${field}.labels`, labels), ...keyErrors(`${field}.annotations`, annotations)];
}

function keyErrors(field: string, map: Readonly<Record<string, string>> | undefined): FieldError[] {
  return Object.keys(map ?? {}).flatMap((key) => qualifiedName(key).map((problem) => invalid(field, key, problem)));
}
