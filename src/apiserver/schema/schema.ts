import { badRequest } from "../../api/status.ts";
import { Position } from "./position.ts";
import { shortNameOf } from "./type-name.ts";
import { typeShape } from "./type-shape.ts";

/**
 * What becomes of unknown and duplicate fields: refused, warned of, or dropped in silence.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
 */
export type FieldValidation = "Strict" | "Warn" | "Ignore";

export interface ShapedObject {
  readonly object: Record<string, unknown>;
  readonly warnings: readonly string[];
}

/**
 * An object as its type has it: wrong types refused, unknown fields gone, scalars in their one form.
 * `object` is not changed. Without a type only the metadata is looked at. `duplicates` are complaints found on decoding.
 * Throws BadRequest, worded as upstream.
 */
export function shapeObject(
  typeName: string | undefined,
  object: Record<string, unknown>,
  fieldValidation: FieldValidation,
  duplicates: readonly string[] = [],
): ShapedObject {
  const at = new Position();
  const shaped = typeName ? typeShape(typeName)(object, at) : withShapedMetadata(object, at);
  if (at.problem !== undefined) throw cannotHandle(object, typeName, at.problem);
  const complaints = [...at.complaints, ...duplicates];
  if (fieldValidation === "Strict" && complaints.length > 0) {
    throw cannotHandle(object, typeName, `strict decoding error: ${complaints.join(", ")}`);
  }
  return {
    object: shaped as Record<string, unknown>,
    warnings: fieldValidation === "Warn" ? complaints : [],
  };
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

function cannotHandle(object: Record<string, unknown>, typeName: string | undefined, why: string): Error {
  const apiVersion = typeof object["apiVersion"] === "string" ? object["apiVersion"] : "";
  const given = typeof object["kind"] === "string" ? object["kind"] : "";
  const wanted = typeName === undefined ? given : shortNameOf(typeName);
  const version = apiVersion.slice(apiVersion.indexOf("/") + 1);
  return badRequest(
    `${given || wanted} in version ${JSON.stringify(version)} cannot be handled as a ${wanted}: ${why}`,
  );
}
