import { type FieldError, invalid } from "../../api/status.ts";

/** What is wrong with a path of fields that is to start at the object: `.spec.replicas`. */
export function jsonPathErrors(field: string, path: string): FieldError[] {
  return path.startsWith(".") ? [] : [invalid(field, path, "must be a simple json path starting with .")];
}
