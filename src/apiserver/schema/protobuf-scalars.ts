import { decodeText } from "../../api/bytes.ts";
import { ProtobufError, readFields, type WireField } from "./wire-reader.ts";

export type ValueDecoder = (field: WireField) => unknown;

/**
 * Go types that are one scalar in JSON and a message on the wire. undefined: nothing was set.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/
 */
export const specialDecoders: Readonly<Record<string, ValueDecoder>> = {
  Time: ({ bytes }) => timeIn(bytes, 0),
  MicroTime: ({ bytes }) => timeIn(bytes, 6),
  Duration: ({ bytes }) => `${Number(BigInt.asIntN(64, part(bytes, 1)?.varint ?? 0n)) / 1e9}s`,
  Quantity: ({ bytes }) => textPart(bytes, 1) || "0",
  IntOrString({ bytes }) {
    const isText = part(bytes, 1)?.varint === 1n;
    return isText ? textPart(bytes, 3) : Number(BigInt.asIntN(64, part(bytes, 2)?.varint ?? 0n));
  },
  FieldsV1: ({ bytes }) => jsonPart(bytes),
  RawExtension: ({ bytes }) => jsonPart(bytes),
};

function part(message: Uint8Array, number: number): WireField | undefined {
  return [...readFields(message)].find((field) => field.number === number);
}

function textPart(message: Uint8Array, number: number): string {
  const field = part(message, number);
  return field ? decodeText(field.bytes) : "";
}

export function jsonPart(message: Uint8Array): unknown {
  const text = textPart(message, 1);
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw error instanceof SyntaxError ? new ProtobufError("invalid JSON within a message") : error;
  }
}

/** Seconds since 1970 in field 1, nanoseconds in field 2; an empty message is no time. */
function timeIn(message: Uint8Array, digits: number): string | undefined {
  if (message.length === 0) return undefined;
  const seconds = Number(BigInt.asIntN(64, part(message, 1)?.varint ?? 0n));
  const utc = new Date(seconds * 1000).toISOString().slice(0, 19);
  if (digits === 0) return `${utc}Z`;
  const nanos = String(part(message, 2)?.varint ?? 0n).padStart(9, "0");
  return `${utc}.${nanos.slice(0, digits)}Z`;
}
