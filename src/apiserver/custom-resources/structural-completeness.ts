import { type FieldError, required } from "../../api/status.ts";
import { isSchema } from "./schema-words.ts";
import type { StructuralSchema } from "./structural-schema.ts";

/** What alternatives speak of, the schema itself must speak of, too. */
export function completenessErrors(schema: StructuralSchema, field: string): FieldError[] {
  return alternativesIn(schema).flatMap(([name, one]) =>
    nestedErrors({ schema: one, field: `${field}.${name}` }, { schema, field }),
  );
}

interface Place<T> {
  readonly schema: T;
  readonly field: string;
}

/** `own` is where the same value is spoken of outside of alternatives, if it is. */
function nestedErrors(
  { schema: nested, field }: Place<StructuralSchema>,
  own: Place<StructuralSchema | undefined>,
): FieldError[] {
  const { schema } = own;
  if (!schema) return [required(own.field, `because it is defined in ${field}`)];
  const below = (one: StructuralSchema, known: unknown, name: string): FieldError[] =>
    nestedErrors(
      { schema: one, field: `${field}.${name}` },
      { schema: isSchema(known) ? known : undefined, field: `${own.field}.${name}` },
    );
  return [
    ...alternativesIn(nested).flatMap(([name, one]) => nestedErrors({ schema: one, field: `${field}.${name}` }, own)),
    ...(isSchema(nested.items) ? below(nested.items, schema.items, "items") : []),
    ...Object.entries(nested.properties ?? {}).flatMap(([name, one]) =>
      below(one, schema.properties?.[name], `properties[${name}]`),
    ),
  ];
}

function alternativesIn({ not, allOf = [], anyOf = [], oneOf = [] }: StructuralSchema): [string, StructuralSchema][] {
  const named = (word: string, schemas: readonly StructuralSchema[]): [string, StructuralSchema][] =>
    schemas.map((one, index) => [`${word}[${index}]`, one]);
  return [
    ...(not ? [["not", not] as [string, StructuralSchema]] : []),
    ...named("allOf", allOf),
    ...named("anyOf", anyOf),
    ...named("oneOf", oneOf),
  ];
}
