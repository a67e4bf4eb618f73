import { badRequest } from "../../api/status.ts";
import { Position } from "./position.ts";
import { shortNameOf } from "./type-name.ts";
import { typeShape } from "./type-shape.ts";

/**
 * What becomes of unknown and duplicate fields: refused, warned of, or dropped in silence.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
 */
export type FieldValidation = "Strict" | "Warn" | "Ignore";

/** All complaints about a body in the order in which upstream has them; `unknown` are those of its shape. */
export type Complaints = (unknown: readonly string[]) => readonly string[];

export const asTheyCome: Complaints = (unknown) => unknown;

export interface ShapedObject {
  readonly object: Record<string, unknown>;
  readonly warnings: readonly string[];
  /** Why it cannot be of its type at all. */
  readonly problem?: string;
}

/**
 * An object as its type has it: wrong types refused, unknown fields gone, scalars in their one form.
 * `object` is not changed. Without a type only the metadata is looked at. Throws BadRequest, worded as upstream.
 */
export function shapeObject(
  typeName: string | undefined,
  object: Record<string, unknown>,
  fieldValidation: FieldValidation,
  complaints: Complaints = asTheyCome,
): ShapedObject {
  const shaped = reshaped(typeName, object, fieldValidation, complaints);
  if (shaped.problem !== undefined) throw cannotHandle(object, typeName, shaped.problem);
  return shaped;
}

/** The same for those who have their own words for what is wrong. */
export function reshaped(
  typeName: string | undefined,
  object: Record<string, unknown>,
  fieldValidation: FieldValidation,
  complaints: Complaints,
): ShapedObject {
  const at = new Position();
  const shaped = typeName ? typeShape(typeName)(object, at) : withShapedMetadata(object, at);
  const told = fieldValidation === "Ignore" ? [] : complaints(at.complaints);
  const isRefused = fieldValidation === "Strict" && told.length > 0;
  const problem = at.problem ?? (isRefused ? `strict decoding error: ${told.join(", ")}` : undefined);
  return {
    object: shaped as Record<string, unknown>,
    warnings: fieldValidation === "Warn" ? told.flatMap(warningsIn) : [],
    ...(problem === undefined ? {} : { problem }),
  };
}

/** YAML's complaints come as one error with a line for each. */
export function warningsIn(complaint: string): readonly string[] {
  const [, lines] = /^(?:error converting YAML to JSON: )?yaml: unmarshal errors:\n {2}(.*)$/su.exec(complaint) ?? [];
  return lines === undefined ? [complaint] : lines.split("\n  ");
}

const metadataType = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

function withShapedMetadata(object: Record<string, unknown>, at: Position): Record<string, unknown> {
  if (object["metadata"] === undefined) return object;
  at.enterField("", "metadata");
  const metadata = typeShape(metadataType)(object["metadata"], at);
  at.leaveField();
  const { metadata: _, ...rest } = object;
  return metadata === undefined ? rest : { ...rest, metadata };
}

/** Word for word what upstream says of a body that it cannot read. */
export function cannotHandle(object: Record<string, unknown>, typeName: string | undefined, why: string): Error {
  const apiVersion = typeof object["apiVersion"] === "string" ? object["apiVersion"] : "";
  const given = typeof object["kind"] === "string" ? object["kind"] : "";
  const wanted = typeName === undefined ? given : shortNameOf(typeName);
  const version = apiVersion.slice(apiVersion.indexOf("/") + 1);
  return badRequest(
    `${given || wanted} in version ${JSON.stringify(version)} cannot be handled as a ${wanted}: ${why}`,
  );
}
