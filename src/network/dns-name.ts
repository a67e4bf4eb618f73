const longestName = 255;
const longestLabel = 63;
const pointerBits = 0xc0;

/** Writes a DNS message, each name's tail only once. https://www.rfc-editor.org/rfc/rfc1035#section-4.1.4 */
export class NameWriter {
  #bytes: Buffer = Buffer.alloc(512);
  #length = 0;
  readonly #places = new Map<string, number>();

  get length(): number {
    return this.#length;
  }

  uint8(value: number): void {
    this.#room(1);
    this.#length = this.#bytes.writeUInt8(value, this.#length);
  }

  uint16(value: number): void {
    this.#room(2);
    this.#length = this.#bytes.writeUInt16BE(value & 0xffff, this.#length);
  }

  uint32(value: number): void {
    this.#room(4);
    this.#length = this.#bytes.writeUInt32BE(value >>> 0, this.#length);
  }

  patchUint16(at: number, value: number): void {
    this.#bytes.writeUInt16BE(value, at);
  }

  bytes(value: Uint8Array): void {
    this.#room(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** Throws RangeError on a label or name that is too long. */
  name(name: string): void {
    const labels = labelsOf(name);
    for (let index = 0; index < labels.length; index++) {
      const tail = labels.slice(index).join(".").toLowerCase();
      const place = this.#places.get(tail);
      if (place !== undefined) {
        this.uint16((pointerBits << 8) | place);
        return;
      }
      if (this.#length < 0x4000) this.#places.set(tail, this.#length);
      const label = Buffer.from(labels[index] ?? "");
      this.uint8(label.length);
      this.bytes(label);
    }
    this.uint8(0);
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #room(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const grown = Buffer.alloc((this.#length + size) * 2);
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

function labelsOf(name: string): readonly string[] {
  const bare = name.endsWith(".") ? name.slice(0, -1) : name;
  if (bare === "") return [];
  const labels = bare.split(".");
  const wrong = labels.some((label) => label === "" || Buffer.byteLength(label) > longestLabel);
  if (wrong || Buffer.byteLength(bare) + 2 > longestName) throw new RangeError(`not a DNS name: ${name}`);
  return labels;
}

/** Reads a name, following pointers backwards only. Throws RangeError. */
export function decodeName(view: DataView, start: number): { readonly name: string; readonly next: number } {
  let name = "";
  let at = start;
  let next: number | undefined;
  for (let length = view.getUint8(at); length !== 0; length = view.getUint8(at)) {
    if (length >= pointerBits) {
      const target = view.getUint16(at) & 0x3fff;
      if (target >= at) throw new RangeError("name points forward");
      next ??= at + 2;
      at = target;
    } else {
      if (length > longestLabel) throw new RangeError("label too long");
      name += `${textOf(view, at + 1, length)}.`;
      at += 1 + length;
    }
    if (name.length > longestName) throw new RangeError("name too long");
  }
  return { name: name === "" ? "." : name, next: next ?? at + 1 };
}

function textOf(view: DataView, start: number, length: number): string {
  if (start + length > view.byteLength) throw new RangeError("label cut short");
  return Buffer.from(view.buffer, view.byteOffset + start, length).toString("latin1");
}
