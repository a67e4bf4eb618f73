/** Writes a value's content, without saying which field it is. */
export type ContentEncoder = (value: unknown, to: WireWriter) => void;

const firstSize = 1024;

/**
 * Writes a protobuf message from its end to its start: what has been written tells how long it is when its length is
 * to be put before it, so nothing is copied or measured twice. https://protobuf.dev/programming-guides/encoding/
 */
export class WireWriter {
  #bytes = Buffer.allocUnsafe(firstSize);
  #start = firstSize;

  /** Bytes written so far. */
  get length(): number {
    return this.#bytes.length - this.#start;
  }

  varintField(number: number, value: number): void {
    this.#varint(value);
    this.#tag(number, 0);
  }

  doubleField(number: number, value: number): void {
    this.#room(8);
    this.#start -= 8;
    this.#bytes.writeDoubleLE(value, this.#start);
    this.#tag(number, 1);
  }

  textField(number: number, text: string): void {
    const length = Buffer.byteLength(text);
    this.#room(length);
    this.#start -= length;
    this.#bytes.write(text, this.#start, length);
    this.#varint(length);
    this.#tag(number, 2);
  }

  bytesField(number: number, content: Uint8Array): void {
    this.#room(content.length);
    this.#start -= content.length;
    this.#bytes.set(content, this.#start);
    this.#varint(content.length);
    this.#tag(number, 2);
  }

  /** A message within this one. */
  messageField(number: number, encode: ContentEncoder, value: unknown): void {
    const before = this.length;
    encode(value, this);
    this.#varint(this.length - before);
    this.#tag(number, 2);
  }

  /** The whole, in bytes of its own. */
  finish(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(this.#start));
  }

  /** Wire types: 0 a varint, 1 eight bytes, 2 a length and as many bytes. */
  #tag(number: number, wireType: 0 | 1 | 2): void {
    this.#varint(number * 8 + wireType);
  }

  /** Negative ones take ten bytes, as protobuf has it. */
  #varint(value: number): void {
    if (value >= 0 && value < 0x80) {
      this.#room(1);
      this.#bytes[--this.#start] = value;
      return;
    }
    const groups = groupsOf(value);
    this.#room(groups.length);
    this.#start -= groups.length;
    this.#bytes.set(groups, this.#start);
  }

  #room(count: number): void {
    if (count <= this.#start) return;
    const { length } = this;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, length + count));
    this.#bytes.copy(larger, larger.length - length, this.#start);
    this.#bytes = larger;
    this.#start = larger.length - length;
  }
}

/** Seven bits each, the least first. */
function groupsOf(value: number): number[] {
  const groups: number[] = [];
  if (value >= 0) {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) groups.push((rest % 0x80) | 0x80);
    return [...groups, rest];
  }
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) groups.push(Number(rest & 0x7fn) | 0x80);
  return [...groups, Number(rest)];
}
