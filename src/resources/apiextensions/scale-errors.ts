import { type FieldError, invalid, required } from "../../api/status.ts";
import type { CustomResourceScale } from "./custom-resource-definition.ts";
import { jsonPathErrors } from "./json-path-errors.ts";

/** What is wrong with where a scalable custom resource keeps its counts. */
export function scaleErrors(field: string, scale: CustomResourceScale | undefined): FieldError[] {
  if (!scale) return [];
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
  const spec = `${field}.specReplicasPath`;
  const status = `${field}.statusReplicasPath`;
  return [
    ...(specReplicasPath ? pathErrors(spec, specReplicasPath, ["spec"]) : [required(spec)]),
    ...(statusReplicasPath ? pathErrors(status, statusReplicasPath, ["status"]) : [required(status)]),
    ...(labelSelectorPath ? pathErrors(`${field}.labelSelectorPath`, labelSelectorPath, ["spec", "status"]) : []),
  ];
}

function pathErrors(field: string, path: string, roots: readonly string[]): FieldError[] {
  const errors = jsonPathErrors(field, path);
  if (errors.length > 0 || roots.some((root) => path.startsWith(`.${root}.`))) return errors;
  const places = roots.map((root) => `.${root}`).join(" or ");
  return [invalid(field, path, `should be a json path under ${roots.length > 1 ? "either " : ""}${places}`)];
}
