import type { KubeObject } from "../../api/object.ts";
import { type FieldError, invalid, required } from "../../api/status.ts";
import { validateMetadata } from "../../resources/metadata.ts";
import { dns1035Label, type NameRule, pathSegment } from "../../resources/names.ts";
import { Position } from "../schema/position.ts";
import { typeShape } from "../schema/type-shape.ts";
import { objectMetaType } from "./embedded-metadata.ts";
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
  const { apiVersion, kind, metadata } = object;
  const field = (name: string): string => formatPath([...path, name]);
  return [
    ...textErrors(field("apiVersion"), apiVersion, apiVersionProblems),
    ...textErrors(field("kind"), kind, kindProblems),
    ...(metadata === undefined ? [] : metadataErrors(field("metadata"), metadata)),
  ];
}

function textErrors(field: string, value: unknown, rule: NameRule): FieldError[] {
  if (value === undefined) return [required(field, "must not be empty")];
  if (typeof value !== "string") return [invalid(field, value, "must be a string")];
  if (value === "") return [invalid(field, value, "must not be empty")];
  return rule(value).map((problem) => invalid(field, value, problem));
}

const apiVersionProblems: NameRule = (text) =>
  text.split("/").length > 2 ? [`unexpected GroupVersion string: ${text}`] : [];

const kindProblems: NameRule = (text) => {
  const problems = dns1035Label(text.toLowerCase());
  return problems.length === 0 ? [] : [`may have mixed case, but should otherwise match: ${problems.join(",")}`];
};

/** Of no kind that is known: any name will do that can stand in a path. */
const embedded = { group: "", version: "", kind: "", plural: "", columns: [], nameRule: pathSegment } as const;

function metadataErrors(field: string, given: unknown): FieldError[] {
  const at = new Position();
  const metadata = (typeShape(objectMetaType)(given, at) ?? {}) as KubeObject["metadata"];
  if (at.problem !== undefined) return [invalid(field, given, at.problem)];
  const named = { ...metadata, name: metadata.name || "fakename" };
  const object: KubeObject = { apiVersion: "", kind: "", metadata: named };
  const errors = validateMetadata(object, { ...embedded, namespaced: Boolean(metadata.namespace) });
  return errors.map((error) => ({ ...error, field: error.field.replace(/^metadata/u, field) }));
}
