/**
 * Text in a container is UTF-8 in which a byte that is no part of it stands as a lone surrogate, U+DC80 to U+DCFF:
 * what is read and written again is the same, byte for byte.
 */
export function decodeText(bytes: Uint8Array): string {
  const text = lenient.decode(bytes);
  return text.includes("\uFFFD") ? escaped(bytes) : text;
}

export function encodeText(text: string): Uint8Array {
  return text.isWellFormed() ? encoder.encode(text) : unescaped(text);
}

/** The byte of that number: itself below 128. */
export function byteCharacter(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : escape + byte);
}

/** Text whose bytes were put together one by one: those that make a character become it. */
export function joinedBytes(text: string): string {
  return text.isWellFormed() ? text : decodeText(encodeText(text));
}

/** Decodes pieces of a stream; a character may come in two of them. */
export class TextStream {
  #rest: Uint8Array = new Uint8Array();

  /** What is complete so far; undefined is the end. */
  decode(piece: Uint8Array | undefined): string {
    const bytes = piece === undefined ? this.#rest : joined(this.#rest, piece);
    const end = piece === undefined ? bytes.length : lastBoundary(bytes);
    this.#rest = bytes.slice(end);
    return decodeText(bytes.subarray(0, end));
  }
}

const encoder = new TextEncoder();
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
const escape = 0xdc00;

function joined(rest: Uint8Array, piece: Uint8Array): Uint8Array {
  if (rest.length === 0) return piece;
  const bytes = new Uint8Array(rest.length + piece.length);
  bytes.set(rest);
  bytes.set(piece, rest.length);
  return bytes;
}

/** Where a character begins at the end that more bytes may complete; the length where none does. */
function lastBoundary(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return lengthFrom(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** How many bytes a character has that begins with this one; 1 where none does. */
function lengthFrom(byte: number): number {
  if (byte >= 0xf0) return byte < 0xf5 ? 4 : 1;
  if (byte >= 0xe0) return 3;
  return byte >= 0xc2 ? 2 : 1;
}

function escaped(bytes: Uint8Array): string {
  const parts: string[] = [];
  let plain = 0;
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at);
    if (length > 0) at += length;
    else {
      parts.push(strict.decode(bytes.subarray(plain, at)), byteCharacter(bytes[at] ?? 0));
      plain = ++at;
    }
  }
  parts.push(strict.decode(bytes.subarray(plain)));
  return parts.join("");
}

/** 0: no character begins here. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = lengthFrom(first);
  if (length === 1 || at + length > bytes.length) return 0;
  const second = bytes[at + 1] ?? 0;
  const [least, most] = secondRange(first);
  if (second < least || second > most) return 0;
  for (let i = 2; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

/** Neither longer than need be, nor a surrogate, nor beyond U+10FFFF. */
function secondRange(first: number): readonly [least: number, most: number] {
  if (first === 0xe0) return [0xa0, 0xbf];
  if (first === 0xed) return [0x80, 0x9f];
  if (first === 0xf0) return [0x90, 0xbf];
  return first === 0xf4 ? [0x80, 0x8f] : [0x80, 0xbf];
}

function unescaped(text: string): Uint8Array {
  const parts: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) parts.push(code - escape);
    else parts.push(...encoder.encode(character));
  }
  return Uint8Array.from(parts);
}
