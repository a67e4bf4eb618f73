import ipaddr from "ipaddr.js";

import type { RecordType } from "./dns-message.ts";
import { decodeName, type NameWriter } from "./dns-name.ts";

/** What a record says, by its type. */
export type RecordData =
  | { readonly type: "A" | "AAAA"; readonly address: string }
  | { readonly type: "CNAME" | "PTR" | "NS"; readonly target: string }
  | {
      readonly type: "SRV";
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | { readonly type: "TXT"; readonly texts: readonly string[] }
  | ({ readonly type: "SOA" } & StartOfAuthority)
  | { readonly type: "ANY" | `TYPE${number}`; readonly bytes: Uint8Array };

interface StartOfAuthority {
  readonly primary: string;
  readonly mailbox: string;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}

const longestText = 255;

export function encodeData(writer: NameWriter, data: RecordData): void {
  switch (data.type) {
    case "A":
    case "AAAA":
      writer.bytes(Uint8Array.from(ipaddr.parse(data.address).toByteArray()));
      return;
    case "CNAME":
    case "PTR":
    case "NS":
      writer.name(data.target);
      return;
    case "SRV":
      writer.uint16(data.priority);
      writer.uint16(data.weight);
      writer.uint16(data.port);
      writer.name(data.target);
      return;
    case "TXT":
      for (const text of data.texts) writeText(writer, text);
      return;
    case "SOA":
      writer.name(data.primary);
      writer.name(data.mailbox);
      for (const value of [data.serial, data.refresh, data.retry, data.expire, data.minimum]) writer.uint32(value);
      return;
    default:
      writer.bytes(data.bytes);
  }
}

function writeText(writer: NameWriter, text: string): void {
  const bytes = Buffer.from(text);
  if (bytes.length > longestText) throw new RangeError("TXT string too long");
  writer.uint8(bytes.length);
  writer.bytes(bytes);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Throws RangeError. */
export function decodeData(type: RecordType, view: DataView, { start, end }: Span): RecordData {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + start, end - start);
  switch (type) {
    case "A":
    case "AAAA":
      if (bytes.length !== (type === "A" ? 4 : 16)) throw new RangeError("address of a wrong length");
      return { type, address: ipaddr.fromByteArray([...bytes]).toString() };
    case "CNAME":
    case "PTR":
    case "NS":
      return { type, target: decodeName(view, start).name };
    case "SRV":
      return {
        type,
        priority: view.getUint16(start),
        weight: view.getUint16(start + 2),
        port: view.getUint16(start + 4),
        target: decodeName(view, start + 6).name,
      };
    case "TXT":
      return { type, texts: textsIn(bytes) };
    case "SOA":
      return { type, ...startOfAuthority(view, start) };
    default:
      return { type, bytes };
  }
}

function textsIn(bytes: Uint8Array): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes[at] ?? 0;
    if (at + 1 + length > bytes.length) throw new RangeError("TXT string cut short");
    texts.push(Buffer.from(bytes.subarray(at + 1, at + 1 + length)).toString());
    at += 1 + length;
  }
  return texts;
}

function startOfAuthority(view: DataView, start: number): StartOfAuthority {
  const primary = decodeName(view, start);
  const mailbox = decodeName(view, primary.next);
  const [serial = 0, refresh = 0, retry = 0, expire = 0, minimum = 0] = [0, 4, 8, 12, 16].map((offset) =>
    view.getUint32(mailbox.next + offset),
  );
  return { primary: primary.name, mailbox: mailbox.name, serial, refresh, retry, expire, minimum };
}
