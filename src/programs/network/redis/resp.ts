import { decodeText } from "../../../runtime/text.ts";

/** A value of Redis' protocol. https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export type RespValue =
  | { readonly kind: "status" | "error" | "text"; readonly text: string }
  | { readonly kind: "integer"; readonly value: number }
  | { readonly kind: "nothing" }
  | { readonly kind: "list"; readonly values: readonly RespValue[] };

/** A message that breaks the protocol. */
export class RespError extends Error {}

export function encodeResp(value: RespValue): string {
  switch (value.kind) {
    case "status":
      return `+${value.text}\r\n`;
    case "error":
      return `-${value.text}\r\n`;
    case "integer":
      return `:${value.value}\r\n`;
    case "text":
      return `$${Buffer.byteLength(value.text)}\r\n${value.text}\r\n`;
    case "list":
      return `*${value.values.length}\r\n${value.values.map((one) => encodeResp(one)).join("")}`;
    default:
      return "$-1\r\n";
  }
}

/** A command as clients send it: a list of texts. */
export function encodeCommand(words: readonly string[]): string {
  return encodeResp({ kind: "list", values: words.map((text) => ({ kind: "text", text })) });
}

/** Takes bytes as they come and gives the whole values among them. Throws RespError. */
export class RespReader {
  #bytes = Buffer.alloc(0);

  add(chunk: Uint8Array): readonly RespValue[] {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const values: RespValue[] = [];
    for (let read = this.#read(0); read; read = this.#read(0)) {
      values.push(read.value);
      this.#bytes = this.#bytes.subarray(read.next);
    }
    return values;
  }

  /** undefined: more bytes are needed. */
  #read(at: number): { readonly value: RespValue; readonly next: number } | undefined {
    const end = this.#bytes.indexOf("\r\n", at);
    const inlineEnd = this.#bytes.indexOf("\n", at);
    const mark = String.fromCharCode(this.#bytes[at] ?? 0);
    if (inlineEnd >= 0 && !"+-:$*".includes(mark)) return this.#inline(at, inlineEnd);
    if (end < 0) return undefined;
    const line = decodeText(this.#bytes.subarray(at + 1, end));
    const next = end + 2;
    switch (mark) {
      case "+":
        return { value: { kind: "status", text: line }, next };
      case "-":
        return { value: { kind: "error", text: line }, next };
      case ":":
        return { value: { kind: "integer", value: Number(line) }, next };
      case "$":
        return this.#text(Number(line), next);
      default:
        return this.#list(Number(line), next);
    }
  }

  #text(length: number, at: number): { readonly value: RespValue; readonly next: number } | undefined {
    if (Number.isNaN(length)) throw new RespError("Protocol error: invalid bulk length");
    if (length < 0) return { value: { kind: "nothing" }, next: at };
    if (this.#bytes.length < at + length + 2) return undefined;
    return { value: { kind: "text", text: decodeText(this.#bytes.subarray(at, at + length)) }, next: at + length + 2 };
  }

  #list(length: number, at: number): { readonly value: RespValue; readonly next: number } | undefined {
    if (Number.isNaN(length)) throw new RespError("Protocol error: invalid multibulk length");
    const values: RespValue[] = [];
    let next = at;
    for (let index = 0; index < length; index++) {
      const read = this.#read(next);
      if (!read) return undefined;
      values.push(read.value);
      next = read.next;
    }
    return { value: { kind: "list", values }, next };
  }

  /** `PING` typed by hand, over nc or telnet. */
  #inline(at: number, end: number): { readonly value: RespValue; readonly next: number } {
    const words = decodeText(this.#bytes.subarray(at, end)).trim().split(/\s+/u);
    const values = words.filter((word) => word !== "").map((text): RespValue => ({ kind: "text", text }));
    return { value: { kind: "list", values }, next: end + 1 };
  }
}
