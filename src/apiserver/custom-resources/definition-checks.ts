import { sameTree } from "../../api/object.ts";
import { type FieldError, invalid } from "../../api/status.ts";
import {
  type CustomResourceDefinition,
  customResourceDefinitions,
} from "../../resources/apiextensions/custom-resource-definition.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import { approvalErrors } from "./approval.ts";
import { withDefaults } from "./defaulting.ts";
import { type RuleCompiler, RuleError } from "./rules.ts";
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
        return wrong.length > 0 ? wrong : schemaContentErrors(schema, field, compile);
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

/** What is wrong with the defaults and the rules of a schema and of all below it. */
function schemaContentErrors(schema: StructuralSchema, field: string, compile: RuleCompiler): FieldError[] {
  const { properties = {}, items, additionalProperties } = schema;
  return [
    ...defaultErrors(schema, field),
    ...ruleErrors(schema, field, compile),
    ...Object.entries(properties).flatMap(([name, child]) =>
      schemaContentErrors(child, `${field}.properties[${name}]`, compile),
    ),
    ...(items ? schemaContentErrors(items, `${field}.items`, compile) : []),
    ...(typeof additionalProperties === "object"
      ? schemaContentErrors(additionalProperties, `${field}.additionalProperties`, compile)
      : []),
  ];
}

function defaultErrors(schema: StructuralSchema, field: string): FieldError[] {
  if (schema.default === undefined) return [];
  const value = { default: withDefaults(schema, schema.default) };
  const wrapper: StructuralSchema = { type: "object", properties: { default: schema } };
  return schemaValidator(wrapper)(value).map(({ error }) => ({ ...error, field: `${field}.${error.field}` }));
}

function ruleErrors(schema: StructuralSchema, field: string, compile: RuleCompiler): FieldError[] {
  return (schema["x-kubernetes-validations"] ?? []).flatMap(({ rule, messageExpression }, index) => {
    const at = `${field}.x-kubernetes-validations[${index}]`;
    return [
      ...expressionErrors(`${at}.rule`, rule, () => compile(rule, schema)),
      ...(messageExpression
        ? expressionErrors(`${at}.messageExpression`, messageExpression, () => compile(messageExpression, schema))
        : []),
    ];
  });
}

function expressionErrors(field: string, expression: string, compile: () => unknown): FieldError[] {
  try {
    compile();
    return [];
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    return [invalid(field, expression, `compilation failed: ERROR: ${error.message}`)];
  }
}
