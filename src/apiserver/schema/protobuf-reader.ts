import { decodeText } from "../../api/bytes.ts";
import { type FieldFact, typeFacts, typeMetaName } from "../../api/type-facts.ts";
import { jsonSchemaDecoders, jsonSchemaType } from "./json-schema-wire.ts";
import { specialDecoders, type ValueDecoder } from "./protobuf-scalars.ts";
import { typeNameOf } from "./type-name.ts";
import { ProtobufError, readFields, readVarints, type WireField } from "./wire-reader.ts";

export { ProtobufError } from "./wire-reader.ts";

const prefix = [0x6b, 0x38, 0x73, 0x00];

/**
 * An object as Go clients send it: `k8s\0`, then an envelope that names the type of the message within.
 * Throws ProtobufError, worded as upstream.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export function decodeProtobuf(bytes: Uint8Array): Record<string, unknown> {
  if (prefix.some((byte, index) => bytes[index] !== byte)) {
    throw new ProtobufError(
      `provided data does not appear to be a protobuf message, expected prefix [${prefix.join(" ")}]`,
    );
  }
  const { apiVersion, kind, raw } = readEnvelope(bytes.subarray(prefix.length));
  const typeName = typeNameOf(apiVersion, kind);
  if (!typeName)
    throw new ProtobufError(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`);
  return { apiVersion, kind, ...messageDecoder(typeName)(raw) };
}

/** runtime.Unknown{typeMeta=1{apiVersion=1, kind=2}, raw=2} */
function readEnvelope(bytes: Uint8Array): { apiVersion: string; kind: string; raw: Uint8Array } {
  let [apiVersion, kind] = ["", ""];
  let raw: Uint8Array = new Uint8Array();
  for (const field of readFields(bytes)) {
    if (field.number === 2) raw = field.bytes;
    if (field.number !== 1) continue;
    for (const meta of readFields(field.bytes)) {
      if (meta.number === 1) apiVersion = decodeText(meta.bytes);
      if (meta.number === 2) kind = decodeText(meta.bytes);
    }
  }
  return { apiVersion, kind, raw };
}

type MessageDecoder = (message: Uint8Array) => Record<string, unknown>;
/** Takes one occurrence of a field into the object. */
type FieldDecoder = (field: WireField, object: Record<string, unknown>) => void;

const decoders = new Map<string, MessageDecoder>();

function messageDecoder(typeName: string): MessageDecoder {
  let decoder = decoders.get(typeName);
  if (!decoder) {
    let fields: ReadonlyMap<number, FieldDecoder> | undefined;
    decoder = (message) => {
      fields ??= fieldDecoders(typeName);
      const object: Record<string, unknown> = {};
      for (const field of readFields(message)) fields.get(field.number)?.(field, object);
      return object;
    };
    decoders.set(typeName, decoder);
  }
  return decoder;
}

function fieldDecoders(typeName: string): ReadonlyMap<number, FieldDecoder> {
  const fact = typeFacts[typeName];
  const byNumber = new Map<number, FieldDecoder>();
  for (const [name, field] of Object.entries(fact?.fields ?? {})) {
    if (field.number !== undefined) byNumber.set(field.number, fieldDecoder(name, field));
  }
  for (const { number, of } of fact?.inline ?? []) {
    const { ref } = of;
    if (ref === undefined || ref === typeMetaName) continue;
    // On the wire an embedded struct is a message of its own; some are embedded there as well.
    if (number === undefined) for (const [own, decoder] of fieldDecoders(ref)) byNumber.set(own, decoder);
    else byNumber.set(number, ({ bytes }, object) => Object.assign(object, messageDecoder(ref)(bytes)));
  }
  return byNumber;
}

function fieldDecoder(name: string, fact: FieldFact): FieldDecoder {
  if (fact.items && !fact.goType) return listDecoder(name, valueDecoder(fact.items), fact.items);
  if (typeof fact.additionalProperties === "object") return mapDecoder(name, fact.additionalProperties);
  const decode = valueDecoder(fact);
  return (field, object) => {
    const value = decode(field);
    // Go writes zeros of what is no pointer whether they were set or not.
    if (fact.pointer || !isZero(value)) object[name] = value;
  };
}

function listDecoder(name: string, decode: ValueDecoder, { type }: FieldFact): FieldDecoder {
  return (field, object) => {
    const list = (object[name] ??= []) as unknown[];
    if (type === "integer" && field.isBytes) {
      for (const varint of readVarints(field.bytes)) list.push(decode({ ...field, varint }));
    } else {
      list.push(decode(field));
    }
  };
}

function mapDecoder(name: string, values: FieldFact): FieldDecoder {
  const decode = valueDecoder(values);
  const absent: WireField = { number: 2, varint: 0n, bytes: new Uint8Array(), isBytes: true };
  return (entry, object) => {
    const map = (object[name] ??= {}) as Record<string, unknown>;
    let key = "";
    let value = absent;
    for (const field of readFields(entry.bytes)) {
      if (field.number === 1) key = decodeText(field.bytes);
      if (field.number === 2) value = field;
    }
    map[key] = decode(value);
  };
}

function valueDecoder(fact: FieldFact): ValueDecoder {
  const { ref, goType, type, format, items } = fact;
  const special = specialDecoders[goType ?? ""] ?? schemaDecoders[ref ?? ""];
  if (special) return special;
  if (ref) return ({ bytes }) => messageDecoder(ref)(bytes);
  // A list with a name of its own is a message with one field, and so is a list within a map.
  if (items) return wrappedListDecoder(items);
  switch (type) {
    case "boolean":
      return ({ varint }) => varint !== 0n;
    case "integer":
      return ({ varint }) => Number(BigInt.asIntN(64, varint));
    case "number":
      return ({ bytes }) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getFloat64(0, true);
    default:
      return format === "byte"
        ? ({ bytes }) => Buffer.from(bytes).toString("base64")
        : ({ bytes }) => decodeText(bytes);
  }
}

const schemaDecoders = jsonSchemaDecoders(({ bytes }) => messageDecoder(jsonSchemaType)(bytes));

function wrappedListDecoder(items: FieldFact): ValueDecoder {
  const decode = valueDecoder(items);
  return ({ bytes }) => [...readFields(bytes)].filter(({ number }) => number === 1).map((field) => decode(field));
}

function isZero(value: unknown): boolean {
  return value === undefined || value === "" || value === 0 || value === false;
}
