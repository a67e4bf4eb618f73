import { type FieldFact, typeFacts, typeMetaName } from "../../api/type-facts.ts";
import { jsonSchemaEncoders, jsonSchemaType } from "./json-schema-wire.ts";
import { scalarEncoders } from "./scalar-encoders.ts";
import { type ContentEncoder, WireWriter } from "./wire-writer.ts";

/**
 * An object of a type of the facts as a protobuf message, without apiVersion and kind: they are in the envelope.
 * Fields come in the order of their numbers and map entries in that of their keys, as Go clients and servers write them.
 */
export function encodeMessage(typeName: string, object: object): Uint8Array {
  const to = new WireWriter();
  messageEncoder(typeName)(object, to);
  return to.finish();
}

/** Writes a value as one field, or a list or map as many. */
type FieldEncoder = (value: unknown, to: WireWriter) => void;

const encoders = new Map<string, ContentEncoder>();

/** How messages of a type are written. Made once, when first needed: types contain themselves. */
function messageEncoder(typeName: string): ContentEncoder {
  let encoder = encoders.get(typeName);
  if (!encoder) {
    let fields: readonly NumberedField[] | undefined;
    encoder = (object, to) => {
      fields ??= fieldsOf(typeName).toSorted((one, other) => other.number - one.number);
      for (const { name, encode } of fields) {
        const value = name === undefined ? object : (object as Record<string, unknown>)[name];
        if (value !== undefined && value !== null) encode(value, to);
      }
    };
    encoders.set(typeName, encoder);
  }
  return encoder;
}

interface NumberedField {
  readonly number: number;
  /** Absent for an embedded struct: its fields are the object's own in JSON, and a message on the wire. */
  readonly name?: string;
  readonly encode: FieldEncoder;
}

function fieldsOf(typeName: string): NumberedField[] {
  const { fields = {}, inline = [] } = typeFacts[typeName] ?? {};
  const own = Object.entries(fields).flatMap(([name, fact]) =>
    fact.number === undefined ? [] : [{ number: fact.number, name, encode: fieldEncoder(fact.number, fact) }],
  );
  const embedded = inline.flatMap(({ number, of: { ref } }) => {
    if (ref === undefined || ref === typeMetaName) return [];
    return number === undefined ? fieldsOf(ref) : [{ number, encode: enclosed(number, messageEncoder(ref)) }];
  });
  return [...own, ...embedded];
}

function fieldEncoder(number: number, fact: FieldFact): FieldEncoder {
  const { items, goType, additionalProperties } = fact;
  if (items && !goType) return listEncoder(valueEncoder(number, items));
  if (typeof additionalProperties === "object") return mapEncoder(number, valueEncoder(2, additionalProperties));
  return valueEncoder(number, fact);
}

/** From the last item to the first: see WireWriter. */
function listEncoder(encode: FieldEncoder): FieldEncoder {
  return (value, to) => {
    const list = value as readonly unknown[];
    for (let index = list.length - 1; index >= 0; index--) encode(list[index], to);
  };
}

function mapEncoder(number: number, encode: FieldEncoder): FieldEncoder {
  const encodeEntry: ContentEncoder = (entry, to) => {
    const [key, value] = entry as readonly [string, unknown];
    encode(value, to);
    to.textField(1, key);
  };
  return (value, to) => {
    const map = value as Readonly<Record<string, unknown>>;
    for (const key of Object.keys(map).toSorted().toReversed()) {
      to.messageField(number, encodeEntry, [key, map[key]]);
    }
  };
}

function valueEncoder(number: number, fact: FieldFact): FieldEncoder {
  const { ref, goType, type, format, items } = fact;
  const special = scalarEncoders[goType ?? ""] ?? schemaEncoders[ref ?? ""];
  if (special) return enclosed(number, special);
  if (ref) return enclosed(number, messageEncoder(ref));
  // A list with a name of its own is a message with one field, and so is a list within a map.
  if (items) return enclosed(number, listEncoder(valueEncoder(1, items)));
  switch (type) {
    case "boolean":
    case "integer":
      return (value, to) => to.varintField(number, Number(value));
    case "number":
      return (value, to) => to.doubleField(number, value as number);
    default:
      return format === "byte"
        ? (value, to) => to.bytesField(number, Buffer.from(value as string, "base64"))
        : (value, to) => to.textField(number, value as string);
  }
}

const schemaEncoders = jsonSchemaEncoders((schema, to) => messageEncoder(jsonSchemaType)(schema, to));

function enclosed(number: number, encode: ContentEncoder): FieldEncoder {
  return (value, to) => to.messageField(number, encode, value);
}
