import { invalid } from "../../api/status.ts";
import { Position } from "../schema/position.ts";
import { typeShape } from "../schema/type-shape.ts";
import { eachChild, formatPath, isMap, type Path, type StructuralSchema } from "./structural-schema.ts";

type JsonMap = Readonly<Record<string, unknown>>;

/** The type of every object's metadata. */
export const objectMetaType = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/** What was found on the way: `unknown` are paths, `problem` is why an object cannot be read at all. */
export interface Findings {
  readonly unknown: string[];
  problem?: string;
}

/** `value` with the metadata of the whole objects in it as metadata is: unknown fields gone. What stays whole is shared. */
export function withShapedMetadata<T>(schema: StructuralSchema, value: T, found: Findings, path: Path = []): T {
  let copy: Record<string | number, unknown> | undefined;
  const put = (part: string | number, kept: unknown): void => {
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string | number, unknown>;
    copy[part] = kept;
  };
  if (schema["x-kubernetes-embedded-resource"] === true && isMap(value)) {
    const { metadata } = value;
    const shaped = shapedMetadata(value, found, path);
    if (shaped !== metadata) put("metadata", shaped);
  }
  eachChild(schema, value, (below, child, part) => {
    const kept = withShapedMetadata(below, child, found, [...path, part]);
    if (kept !== child) put(part, kept);
  });
  return (copy as T | undefined) ?? value;
}

function shapedMetadata(object: JsonMap, found: Findings, path: Path): unknown {
  const field = (name: string): string => formatPath([...path, name]);
  for (const name of ["apiVersion", "kind"]) {
    const given = object[name];
    if (given === undefined || typeof given === "string") continue;
    found.problem ??= fieldProblem(field(name), given, "must be a string");
  }
  const { metadata } = object;
  if (metadata === undefined) return undefined;
  const at = new Position();
  const shaped = typeShape(objectMetaType)(metadata, at);
  if (at.problem !== undefined) found.problem ??= fieldProblem(field("metadata"), metadata, at.problem);
  found.unknown.push(...at.unknown.map((name) => `${field("metadata")}.${name}`));
  return shaped ?? {};
}

function fieldProblem(field: string, value: unknown, why: string): string {
  const { message } = invalid(field, value, why);
  return `${field}: ${message}`;
}
