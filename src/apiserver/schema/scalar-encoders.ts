import { parseDuration } from "../../api/duration.ts";
import type { ContentEncoder, WireWriter } from "./wire-writer.ts";

/** Go types that are one scalar in JSON and a message on the wire: the counterpart of `specialDecoders`. */
export const scalarEncoders: Readonly<Record<string, ContentEncoder>> = {
  Time: encodeTime,
  MicroTime: encodeTime,
  Duration: (value, to) => to.varintField(1, parseDuration(value as string) * 1e6),
  Quantity: (value, to) => to.textField(1, value as string),
  IntOrString(value, to) {
    const isText = typeof value === "string";
    to.textField(3, isText ? value : "");
    to.varintField(2, isText ? 0 : (value as number));
    to.varintField(1, isText ? 1 : 0);
  },
  FieldsV1: encodeJson,
  RawExtension: encodeJson,
};

/** Seconds since 1970 and, of a MicroTime, nanoseconds. */
function encodeTime(value: unknown, to: WireWriter): void {
  const text = value as string;
  const fraction = /\.(\d+)/u.exec(text)?.[1] ?? "";
  to.varintField(2, Number(fraction.padEnd(9, "0").slice(0, 9)));
  to.varintField(1, Math.floor(Date.parse(text) / 1000));
}

/** What any JSON value is on the wire: a message that holds its text. */
export function encodeJson(value: unknown, to: WireWriter): void {
  to.textField(1, JSON.stringify(value));
}
