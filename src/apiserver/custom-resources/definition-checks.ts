import { sameTree } from "../../api/object.ts";
import { type FieldError, invalid } from "../../api/status.ts";
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
      return schemasIn(definition).flatMap((place) => schemaErrors(place, compile));
    },
  };
  return checked;
}

function schemaErrors({ schema, field, hasStatus }: SchemaPlace, compile: RuleCompiler): FieldError[] {
  const wrong = [...(hasStatus ? rootErrors(schema, field) : []), ...structuralErrors(schema, field)];
  if (wrong.length > 0) return wrong;
  return [...defaultsErrors(schema, field), ...ruleDefinitionErrors(schema, field, compile)];
}

const atRoot = [
  "description",
  "type",
  "format",
  "title",
  "maximum",
  "exclusiveMaximum",
  "minimum",
  "exclusiveMinimum",
  "maxLength",
  "minLength",
  "pattern",
  "maxItems",
  "minItems",
  "uniqueItems",
  "multipleOf",
  "required",
  "items",
  "properties",
  "externalDocs",
  "example",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-validations",
];

/** A status is checked by itself: the root may say nothing that ties it to the rest. */
function rootErrors(schema: StructuralSchema, field: string): FieldError[] {
  if (schema.type && schema.type !== "object") {
    const why = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    return [invalid(`${field}.type`, schema.type, why)];
  }
  if (Object.keys(schema).every((word) => atRoot.includes(word))) return [];
  const names = atRoot.map((word) => goNames[word] ?? word.replace(/^./u, (letter) => letter.toUpperCase()));
  const why = `only [${names.join(" ")}] fields are allowed at the root of the schema if the status subresource is enabled`;
  return [invalid(field, schema, why)];
}

const goNames: Readonly<Record<string, string>> = {
  "x-kubernetes-preserve-unknown-fields": "XPreserveUnknownFields",
  "x-kubernetes-validations": "XValidations",
};

interface SchemaPlace {
  readonly schema: StructuralSchema;
  readonly field: string;
  readonly hasStatus: boolean;
}

/** The schemas and where they are. One that all versions share is spoken of as upstream does, which keeps it apart. */
function schemasIn({ spec }: CustomResourceDefinition): SchemaPlace[] {
  const places = spec.versions.flatMap(({ schema, subresources }, index): SchemaPlace[] => {
    const given = schema?.openAPIV3Schema as StructuralSchema | undefined;
    if (!given) return [];
    const field = `spec.versions[${index}].schema.openAPIV3Schema`;
    return [{ schema: given, field, hasStatus: subresources?.status !== undefined }];
  });
  const [first, ...others] = places;
  if (!first || !others.every((one) => sameTree(one.schema, first.schema))) return places;
  return [{ ...first, field: "spec.validation.openAPIV3Schema" }];
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
