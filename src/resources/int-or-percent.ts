import { type FieldError, invalid } from "../api/status.ts";
import { nonNegative } from "./field-checks.ts";
import { check, percent } from "./names.ts";

/** A count, or a share: of at most 100% unless it is a surge. */
export function intOrPercentErrors(field: string, value: number | string | undefined, atMost = 100): FieldError[] {
  if (typeof value !== "string") return nonNegative(field, value);
  const errors = check(field, value, percent);
  if (errors.length > 0 || Number(value.slice(0, -1)) <= atMost) return errors;
  return [invalid(field, value, "must not be greater than 100%")];
}
