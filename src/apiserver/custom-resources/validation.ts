import { type KubeObject, sameTree } from "../../api/object.ts";
import type { FieldError } from "../../api/status.ts";
import { embeddedObjectErrors } from "./embedded-objects.ts";
import { listTypeErrors } from "./list-types.ts";
import { previousOf, type RuleChecker } from "./rules.ts";
import { schemaValidator } from "./schema-errors.ts";
import { fieldSchema, type Path, type StructuralSchema, valueAt } from "./structural-schema.ts";

const blocking: ReadonlySet<FieldError["reason"]> = new Set([
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
]);

/** All that is wrong with an object of a custom resource; with `previous`, of what it changed. */
export type ObjectValidator = (object: KubeObject, previous?: KubeObject) => FieldError[];

/** What does not change need not become right: an update may leave an old mistake where it was. */
export function objectValidator(schema: StructuralSchema, rules: RuleChecker): ObjectValidator {
  const validate = schemaValidator(schema);
  return (object, previous) => {
    const wrong = validate(object)
      .filter(({ path }) => !previous || path.length === 0 || !isUnchanged({ schema, value: object, previous }, path))
      .map(({ error }) => error);
    const wasWrong = previous !== undefined && listTypeErrors(schema, previous).length > 0;
    const listErrors = wasWrong ? [] : listTypeErrors(schema, object);
    const errors = [...wrong, ...embeddedObjectErrors(schema, object), ...listErrors];
    if (!rules.isNeeded) return errors;
    if (errors.some(({ reason }) => blocking.has(reason))) return [...errors, notChecked];
    return [...errors, ...rules.check(object, previous)];
  };
}

interface Pair {
  readonly schema: StructuralSchema | undefined;
  readonly value: unknown;
  readonly previous: unknown;
}

/** Whether what is at a path, or anything around it that can be told to be the same, is as it was. */
function isUnchanged({ schema, value, previous }: Pair, path: Path): boolean {
  if (previous === undefined) return false;
  if (sameTree(value, previous)) return true;
  const [part, ...rest] = path;
  if (part === undefined || !schema) return false;
  const child = valueAt(value, [part]);
  const below = typeof part === "number" ? schema.items : fieldSchema(schema, part);
  return isUnchanged({ schema: below, value: child, previous: previousOf(schema, { child, part }, previous) }, rest);
}

const notChecked: FieldError = {
  reason: "FieldValueInvalid",
  field: "<nil>",
  message:
    'Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};
