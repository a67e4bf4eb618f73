import { type FieldError, required } from "../../api/status.ts";
import type { CrossVersionObjectReference } from "../../api/types.gen.ts";
import { check, pathSegment } from "../names.ts";

/** A reference to what is scaled, or to what a metric is about. */
export function targetErrors(field: string, target: CrossVersionObjectReference): FieldError[] {
  return [
    ...(target.kind ? check(`${field}.kind`, target.kind, pathSegment) : [required(`${field}.kind`)]),
    ...(target.name ? check(`${field}.name`, target.name, pathSegment) : [required(`${field}.name`)]),
  ];
}
