import { sameTree } from "../../api/object.ts";
import type { FieldError } from "../../api/status.ts";
import {
  type CustomResourceDefinition,
  customResourceDefinitions,
} from "../../resources/apiextensions/custom-resource-definition.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import { approvalErrors } from "./approval.ts";
import { withDefaults } from "./defaulting.ts";
import { ruleDefinitionErrors } from "./rule-definitions.ts";
import type { RuleCompiler } from "./rules.ts";
import { schemaValidator } from "./schema-errors.ts";
import { structuralErrors } from "./structural-errors.ts";
import type { StructuralSchema } from "./structural-schema.ts";

/** CustomResourceDefinitions whose schemas, too, are checked: with the means that only the API server has. */
export function checkedDefinitions(compile: RuleCompiler): ResourceDefinition {
  const checked: ResourceDefinition<CustomResourceDefinition> = {
    ...customResourceDefinitions,
    validate(definition, previous) {
      const errors = [...(customResourceDefinitions.validate?.(definition, previous) ?? [])];
      if (errors.length === 0 && !previous) errors.push(...approvalErrors(definition));
      if (errors.length > 0) return errors;
      return schemasIn(definition).flatMap(([schema, field]) => {
        const wrong = structuralErrors(schema, field);
        return wrong.length > 0
          ? wrong
          : [...defaultsErrors(schema, field), ...ruleDefinitionErrors(schema, field, compile)];
      });
    },
  };
  return checked;
}

/** The schemas and where they are. One that all versions share is spoken of as upstream does, which keeps it apart. */
function schemasIn({ spec }: CustomResourceDefinition): [StructuralSchema, string][] {
  const schemas = spec.versions.map(({ schema }) => schema?.openAPIV3Schema as StructuralSchema | undefined);
  const [first, ...others] = schemas;
  if (first && others.every((one) => sameTree(one, first))) return [[first, "spec.validation.openAPIV3Schema"]];
  return schemas.flatMap((schema, index): [StructuralSchema, string][] =>
    schema ? [[schema, `spec.versions[${index}].schema.openAPIV3Schema`]] : [],
  );
}

/** What is wrong with the defaults of a schema and of all below it. */
function defaultsErrors(schema: StructuralSchema, field: string): FieldError[] {
  const { properties = {}, items, additionalProperties } = schema;
  return [
    ...defaultErrors(schema, field),
    ...Object.entries(properties).flatMap(([name, child]) => defaultsErrors(child, `${field}.properties[${name}]`)),
    ...(items ? defaultsErrors(items, `${field}.items`) : []),
    ...(typeof additionalProperties === "object"
      ? defaultsErrors(additionalProperties, `${field}.additionalProperties`)
      : []),
  ];
}

function defaultErrors(schema: StructuralSchema, field: string): FieldError[] {
  if (schema.default === undefined) return [];
  const value = { default: withDefaults(schema, schema.default) };
  const wrapper: StructuralSchema = { type: "object", properties: { default: schema } };
  return schemaValidator(wrapper)(value).map(({ error }) => ({ ...error, field: `${field}.${error.field}` }));
}
