import { KubectlError } from "./kubectl-error.ts";
import { byBytes } from "./printers/go-json.ts";

/** What `explain` reads of an OpenAPI v3 document. */
export interface Schema {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
  readonly "x-kubernetes-group-version-kind"?: readonly {
    readonly group: string;
    readonly kind: string;
    readonly version: string;
  }[];
}

export type Schemas = Readonly<Record<string, Schema>>;

const prefix = "#/components/schemas/";
const listWidth = 76;
const shownEnums = 4;

/** What is behind references, as far as they lead. */
function resolved(schema: Schema, schemas: Schemas): Schema {
  const name = schema.$ref?.slice(prefix.length);
  if (name !== undefined) return resolved(schemas[name] ?? {}, schemas);
  const [only, ...more] = schema.allOf ?? [];
  return only && more.length === 0 && !schema.properties ? resolved(only, schemas) : schema;
}

/** The fields of a schema: its own, or those of its items or values. */
export function fieldsOf(schema: Schema, schemas: Schemas): Schema {
  const own = resolved(schema, schemas);
  if (own.properties) return own;
  if (own.items) return fieldsOf(own.items, schemas);
  if (typeof own.additionalProperties === "object") return fieldsOf(own.additionalProperties, schemas);
  return own;
}

/** Follows a path of field names. Throws KubectlError. */
export function schemaAt(path: readonly string[], schema: Schema, schemas: Schemas): Schema {
  return path.reduce((at, name) => {
    const next = fieldsOf(at, schemas).properties?.[name];
    if (!next) throw new KubectlError(`field ${JSON.stringify(name)} does not exist`);
    return next;
  }, schema);
}

/** `[]Container`, `map[string]string`, `PodSpec`, `integer`. */
export function typeText(schema: Schema, schemas: Schemas): string {
  if (schema.items) return `[]${typeText(schema.items, schemas)}`;
  if (typeof schema.additionalProperties === "object")
    return `map[string]${typeText(schema.additionalProperties, schemas)}`;
  const [only, ...more] = schema.allOf ?? [];
  if (only && more.length === 0 && !schema.properties) return typeText(only, schemas);
  if (schema.$ref === undefined) return schema.type === undefined || schema.type === "object" ? "Object" : schema.type;
  const { type } = resolved(schema, schemas);
  if (type !== undefined && type !== "object") return type;
  return schema.$ref.split(/[/.]/u).at(-1) ?? "Object";
}

/** Its own description and those of the types that it is made of. */
export function descriptionsOf(schema: Schema, schemas: Schemas): string[] {
  const { description, allOf = [], items, additionalProperties: members, $ref } = schema;
  const inner = [
    ...($ref === undefined ? [] : [schemas[$ref.slice(prefix.length)] ?? {}]),
    ...allOf,
    ...(items ? [items] : []),
    ...(typeof members === "object" ? [members] : []),
  ];
  return [...(description ? [description] : []), ...inner.flatMap((one) => descriptionsOf(one, schemas))];
}

/** Words in lines of at most 76 letters, each behind a margin. */
export function wrapped(text: string, margin: string): string {
  return text
    .split("\n")
    .flatMap((paragraph) => wrapLine(paragraph))
    .map((line) => `${margin}${line}\n`)
    .join("");
}

function wrapLine(paragraph: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of paragraph.match(/\s*\S+/gu) ?? [""]) {
    if (line !== "" && line.length + piece.length > listWidth) {
      lines.push(line);
      line = piece.trimStart();
    } else line += piece;
  }
  return [...lines, line];
}

/** The fields below a schema, in order; with all that is below them when `recursive`. */
export function fieldList(schema: Schema, schemas: Schemas, recursive: boolean): string {
  return listFields(fieldsOf(schema, schemas), { schemas, recursive, level: 1, above: [] });
}

interface Listing {
  readonly schemas: Schemas;
  readonly recursive: boolean;
  readonly level: number;
  /** The types that are being listed: one that contains itself ends there. */
  readonly above: readonly Schema[];
}

function listFields(schema: Schema, listing: Listing): string {
  const { schemas, recursive, level, above } = listing;
  const margin = "  ".repeat(level);
  return Object.keys(schema.properties ?? {})
    .toSorted(byBytes)
    .map((name) => {
      const field = schema.properties?.[name] ?? {};
      const required = schema.required?.includes(name) ? " -required-" : "";
      const head = `${margin}${name}\t<${typeText(field, schemas)}>${required}\n${enumLine(field, margin)}`;
      if (!recursive) {
        const { description = "<no description>" } = field;
        return `${head}${wrapped(description, `${margin}  `)}\n`;
      }
      const inner = fieldsOf(field, schemas);
      if (above.includes(inner)) return head;
      return head + listFields(inner, { ...listing, level: level + 1, above: [...above, inner] });
    })
    .join("");
}

function enumLine({ enum: values }: Schema, margin: string): string {
  if (!values || values.length === 0) return "";
  const texts = values.map((value) => (value === "" ? '""' : String(value)));
  const shown = texts.slice(0, shownEnums);
  return `${margin}enum: ${[...shown, ...(texts.length > shownEnums ? ["...."] : [])].join(", ")}\n`;
}
