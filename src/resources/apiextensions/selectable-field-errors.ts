import { duplicate, type FieldError, invalid, required, tooMany } from "../../api/status.ts";
import type { CustomResourceVersion } from "./custom-resource-definition.ts";

const mostFields = 8;
const scalars = new Set<unknown>(["string", "boolean", "integer"]);

/** https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-selectors */
export function selectableFieldErrors(
  field: string,
  { selectableFields = [], schema }: CustomResourceVersion,
): FieldError[] {
  const seen = new Set<string>();
  return selectableFields.flatMap(({ jsonPath }, index): FieldError[] => {
    const at = `${field}[${index}]`;
    if (!jsonPath) return [required(`${at}.jsonPath`)];
    const type = typeAt(schema?.openAPIV3Schema, jsonPath);
    if (type === undefined) {
      return [invalid(`${at}.jsonPath`, jsonPath, "is an invalid path: does not refer to a valid field")];
    }
    const errors: FieldError[] = [];
    if (/^\.metadata(\.|$)/u.test(jsonPath)) errors.push(invalid(at, jsonPath, "must not point to fields in metadata"));
    if (!scalars.has(type)) {
      const why =
        "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.";
      errors.push(invalid(at, jsonPath, why));
    }
    if (seen.has(jsonPath)) errors.push(duplicate(at, jsonPath));
    seen.add(jsonPath);
    if (seen.size > mostFields) errors.push(tooMany(field, seen.size, mostFields));
    return errors;
  });
}

type AnySchema = Readonly<Record<string, unknown>>;

/** The type of what is at a path, "" if it has none; undefined: there is nothing there. */
function typeAt(root: AnySchema | undefined, path: string): string | undefined {
  const names = path.replace(/^\./u, "").split(".");
  const found = names.reduce<AnySchema | undefined>((schema, name) => {
    const properties = schema?.["properties"] as Readonly<Record<string, AnySchema>> | undefined;
    return properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
  }, root);
  return found && (typeof found["type"] === "string" ? found["type"] : "");
}
