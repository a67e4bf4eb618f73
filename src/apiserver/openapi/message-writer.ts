import { concatBytes, encodeText } from "../../api/bytes.ts";

const none = new Uint8Array();

/** One protobuf field that holds bytes: a text or a message. An absent one takes no space. */
export function bytesField(number: number, content: string | Uint8Array | undefined): Uint8Array {
  if (content === undefined) return none;
  const bytes = typeof content === "string" ? encodeText(content) : content;
  return concatBytes([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/** A repeated field. */
export function bytesFields(number: number, contents: readonly (string | Uint8Array)[]): Uint8Array {
  return concatBytes([none, ...contents.map((content) => bytesField(number, content))]);
}

export function booleanField(number: number, value: unknown): Uint8Array {
  return value === true ? concatBytes([varint(number * 8), Uint8Array.of(1)]) : none;
}

export function integerField(number: number, value: unknown): Uint8Array {
  return typeof value === "number" ? concatBytes([varint(number * 8), varint(value)]) : none;
}

export function doubleField(number: number, value: unknown): Uint8Array {
  if (typeof value !== "number") return none;
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return concatBytes([varint(number * 8 + 1), bytes]);
}

export function message(...fields: readonly Uint8Array[]): Uint8Array {
  return concatBytes([none, ...fields]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.from([...bytes, rest]);
}
