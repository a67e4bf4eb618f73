import { type FieldError, invalid } from "../../api/status.ts";
import { nonNegative } from "../field-checks.ts";

type Counts = Readonly<Record<string, unknown>>;

export interface CountRules {
  readonly fields: readonly string[];
  /** Pairs of fields of which the first is never more than the second, with what the second is called. */
  readonly atMost?: readonly (readonly [field: string, limit: string, called: string])[];
}

/** Numbers in a workload's status that cannot be. */
export function countErrors(status: object | undefined, { fields, atMost = [] }: CountRules): FieldError[] {
  const counts = (status ?? {}) as Counts;
  const numberAt = (field: string): number => Number(counts[field] ?? 0);
  return [
    ...fields.flatMap((field) => nonNegative(`status.${field}`, numberAt(field))),
    ...atMost
      .filter(([field, limit]) => numberAt(field) > numberAt(limit))
      .map(([field, , called]) => invalid(`status.${field}`, numberAt(field), `cannot be greater than ${called}`)),
  ];
}

/** Collisions of names are counted, never forgotten. */
export function collisionErrors(count: number | undefined, previous: number | undefined): FieldError[] {
  const isLess = previous !== undefined && (count === undefined || count < previous);
  return isLess ? [invalid("status.collisionCount", count ?? 0, "cannot be decremented")] : [];
}
