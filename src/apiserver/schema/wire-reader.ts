/** Bytes that are no protobuf message of the expected kind. */
export class ProtobufError extends Error {}

/** `varint` holds wire type 0 as it is; the other types are bytes. */
export interface WireField {
  readonly number: number;
  readonly varint: bigint;
  readonly bytes: Uint8Array;
  readonly isBytes: boolean;
}

const none = new Uint8Array();

/** The fields of one message in order. Throws ProtobufError. https://protobuf.dev/programming-guides/encoding/ */
export function* readFields(message: Uint8Array): Generator<WireField> {
  const reader = new WireReader(message);
  while (!reader.ended) {
    const tag = reader.varint();
    const number = Number(tag >> 3n);
    switch (Number(tag & 7n)) {
      case 0:
        yield { number, varint: reader.varint(), bytes: none, isBytes: false };
        break;
      case 1:
        yield { number, varint: 0n, bytes: reader.take(8), isBytes: false };
        break;
      case 2:
        yield { number, varint: 0n, bytes: reader.take(Number(reader.varint())), isBytes: true };
        break;
      case 5:
        yield { number, varint: 0n, bytes: reader.take(4), isBytes: false };
        break;
      default:
        throw new ProtobufError(`proto: illegal wireType ${tag & 7n}`);
    }
  }
}

/** The varints of a packed list. */
export function readVarints(bytes: Uint8Array): bigint[] {
  const reader = new WireReader(bytes);
  const values: bigint[] = [];
  while (!reader.ended) values.push(reader.varint());
  return values;
}

class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): bigint {
    let small = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      small |= (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt(small);
    }
    let value = BigInt(small);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new ProtobufError("proto: integer overflow");
  }

  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new ProtobufError("unexpected EOF");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new ProtobufError("unexpected EOF");
    return byte;
  }
}
