import { decodeText } from "../../api/bytes.ts";
import { jsonPart, type ValueDecoder } from "./protobuf-scalars.ts";
import { encodeJson } from "./scalar-encoders.ts";
import { readFields, type WireField } from "./wire-reader.ts";
import type { ContentEncoder } from "./wire-writer.ts";

const root = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1";

export const jsonSchemaType = `${root}.JSONSchemaProps`;

/**
 * The parts of a JSON schema that are one of several things in JSON, such as `items`, and a message with a field for
 * each on the wire. `encodeSchema` writes what is a schema itself.
 */
export function jsonSchemaEncoders(encodeSchema: ContentEncoder): Readonly<Record<string, ContentEncoder>> {
  return {
    [`${root}.JSON`]: encodeJson,
    [`${root}.JSONSchemaPropsOrArray`](value, to) {
      if (!Array.isArray(value)) to.messageField(1, encodeSchema, value);
      else for (const schema of value.toReversed()) to.messageField(2, encodeSchema, schema);
    },
    [`${root}.JSONSchemaPropsOrBool`](value, to) {
      if (typeof value !== "boolean") to.messageField(2, encodeSchema, value);
      to.varintField(1, value === false ? 0 : 1);
    },
    [`${root}.JSONSchemaPropsOrStringArray`](value, to) {
      if (!Array.isArray(value)) to.messageField(1, encodeSchema, value);
      else for (const name of value.toReversed()) to.textField(2, name as string);
    },
  };
}

/** The same parts, read. */
export function jsonSchemaDecoders(decodeSchema: ValueDecoder): Readonly<Record<string, ValueDecoder>> {
  return {
    [`${root}.JSON`]: ({ bytes }) => jsonPart(bytes),
    [`${root}.JSONSchemaPropsOrArray`]: eitherDecoder(decodeSchema, decodeSchema),
    [`${root}.JSONSchemaPropsOrBool`]({ bytes }) {
      const fields = [...readFields(bytes)];
      const schema = fields.find(({ number }) => number === 2);
      return schema ? decodeSchema(schema) : fields.some(({ number, varint }) => number === 1 && varint !== 0n);
    },
    [`${root}.JSONSchemaPropsOrStringArray`]: eitherDecoder(decodeSchema, ({ bytes }) => decodeText(bytes)),
  };
}

/** One in field 1, or a list in field 2. */
function eitherDecoder(decodeOne: ValueDecoder, decodeItem: ValueDecoder): ValueDecoder {
  return ({ bytes }: WireField) => {
    const fields = [...readFields(bytes)];
    const one = fields.find(({ number }) => number === 1);
    return one ? decodeOne(one) : fields.filter(({ number }) => number === 2).map((item) => decodeItem(item));
  };
}
