import { type KubeObject, sameTree } from "../../api/object.ts";
import type { FieldError } from "../../api/status.ts";
import { embeddedObjectErrors } from "./embedded-objects.ts";
import { listTypeErrors } from "./list-types.ts";
import type { RuleChecker } from "./rules.ts";
import { schemaValidator } from "./schema-errors.ts";
import { type StructuralSchema, valueAt } from "./structural-schema.ts";

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
      .filter(({ path }) => !previous || path.length === 0 || !sameTree(valueAt(object, path), valueAt(previous, path)))
      .map(({ error }) => error);
    const errors = [...wrong, ...embeddedObjectErrors(schema, object), ...listTypeErrors(schema, object)];
    if (!rules.isNeeded) return errors;
    if (errors.some(({ reason }) => blocking.has(reason))) return [...errors, notChecked];
    return [...errors, ...rules.check(object, previous)];
  };
}

const notChecked: FieldError = {
  reason: "FieldValueInvalid",
  field: "<nil>",
  message:
    'Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};
