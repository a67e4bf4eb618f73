import { decodeName, NameWriter } from "./dns-name.ts";
import { decodeData, encodeData, type RecordData } from "./dns-record-data.ts";

/** By name, or `TYPE65` for the rest. */
export type RecordType = "A" | "AAAA" | "CNAME" | "SRV" | "PTR" | "TXT" | "SOA" | "NS" | "ANY" | `TYPE${number}`;

export type ResponseCode = "NOERROR" | "FORMERR" | "SERVFAIL" | "NXDOMAIN" | "NOTIMP" | "REFUSED";

export interface DnsQuestion {
  /** With its final dot, in the case it was asked in. */
  readonly name: string;
  readonly type: RecordType;
  /** Other than the Internet's, as in `dig version.bind CH TXT`. */
  readonly otherClass?: number;
}

export type DnsRecord = {
  readonly name: string;
  /** Seconds. */
  readonly ttl: number;
} & RecordData;

/** A query or a response. Names end with a dot. https://www.rfc-editor.org/rfc/rfc1035 */
export interface DnsMessage {
  readonly id: number;
  readonly isResponse: boolean;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly code: ResponseCode;
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
  /** The sender understands EDNS and takes UDP answers of this many bytes. */
  readonly udpSize?: number;
}

/** Bytes that are no DNS message. */
export class MalformedDnsMessage extends Error {}

const typeNumbers: ReadonlyMap<string, number> = new Map([
  ["A", 1],
  ["NS", 2],
  ["CNAME", 5],
  ["SOA", 6],
  ["PTR", 12],
  ["TXT", 16],
  ["AAAA", 28],
  ["SRV", 33],
  ["ANY", 255],
]);
const typeNames = new Map([...typeNumbers].map(([name, number]) => [number, name as RecordType]));
const codes: readonly ResponseCode[] = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];
const internet = 1;
const optType = 41;
const headerLength = 12;

/** A plain query with recursion desired, as resolvers send it. */
export function dnsQuery(id: number, question: DnsQuestion): DnsMessage {
  return {
    id,
    isResponse: false,
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: false,
    code: "NOERROR",
    questions: [question],
    answers: [],
    authorities: [],
    additionals: [],
  };
}

/** Throws when a name is no DNS name. */
export function encodeDnsMessage(message: DnsMessage): Uint8Array {
  const { questions, answers, authorities, additionals, udpSize } = message;
  const extra = udpSize === undefined ? 0 : 1;
  const writer = new NameWriter();
  writer.uint16(message.id);
  writer.uint16(flagsOf(message));
  writer.uint16(questions.length);
  writer.uint16(answers.length);
  writer.uint16(authorities.length);
  writer.uint16(additionals.length + extra);
  for (const { name, type, otherClass } of questions) {
    writer.name(name);
    writer.uint16(numberOf(type));
    writer.uint16(otherClass ?? internet);
  }
  for (const record of [...answers, ...authorities, ...additionals]) writeRecord(writer, record);
  if (udpSize !== undefined) {
    writer.name(".");
    writer.uint16(optType);
    writer.uint16(udpSize);
    writer.uint32(0);
    writer.uint16(0);
  }
  return writer.finish();
}

function flagsOf(message: DnsMessage): number {
  return (
    (message.isResponse ? 0x8000 : 0) |
    (message.authoritative ? 0x0400 : 0) |
    (message.truncated ? 0x0200 : 0) |
    (message.recursionDesired ? 0x0100 : 0) |
    (message.recursionAvailable ? 0x0080 : 0) |
    codes.indexOf(message.code)
  );
}

function numberOf(type: RecordType): number {
  return typeNumbers.get(type) ?? Number(type.slice("TYPE".length));
}

function writeRecord(writer: NameWriter, record: DnsRecord): void {
  writer.name(record.name);
  writer.uint16(numberOf(record.type));
  writer.uint16(internet);
  writer.uint32(record.ttl);
  const lengthAt = writer.length;
  writer.uint16(0);
  encodeData(writer, record);
  writer.patchUint16(lengthAt, writer.length - lengthAt - 2);
}

/** Throws MalformedDnsMessage. Records of unknown type are kept as bytes; an EDNS record becomes `udpSize`. */
export function decodeDnsMessage(bytes: Uint8Array): DnsMessage {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof RangeError) throw new MalformedDnsMessage(`malformed DNS message: ${error.message}`);
    throw error;
  }
}

function decode(bytes: Uint8Array): DnsMessage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(2);
  const reader = { view, at: headerLength };
  const questions = Array.from({ length: view.getUint16(4) }, () => readQuestion(reader));
  const sections = [6, 8, 10].map((at) => Array.from({ length: view.getUint16(at) }, () => readRecord(reader)));
  const [answers = [], authorities = [], additionals = []] = sections;
  const edns = additionals.find((record) => "udpSize" in record);
  return {
    id: view.getUint16(0),
    isResponse: (flags & 0x8000) !== 0,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    code: codeOf(flags),
    questions,
    answers: answers.filter(isRecord),
    authorities: authorities.filter(isRecord),
    additionals: additionals.filter(isRecord),
    ...(edns && "udpSize" in edns ? { udpSize: edns.udpSize } : {}),
  };
}

interface Reader {
  readonly view: DataView;
  at: number;
}

function codeOf(flags: number): ResponseCode {
  if ((flags & 0x7800) !== 0) return "NOTIMP";
  return codes[flags & 0xf] ?? "SERVFAIL";
}

function readQuestion(reader: Reader): DnsQuestion {
  const name = readName(reader);
  const type = typeOf(reader.view.getUint16(reader.at));
  const otherClass = reader.view.getUint16(reader.at + 2);
  reader.at += 4;
  return { name, type, ...(otherClass === internet ? {} : { otherClass }) };
}

function readName(reader: Reader): string {
  const { name, next } = decodeName(reader.view, reader.at);
  reader.at = next;
  return name;
}

function typeOf(number: number): RecordType {
  return typeNames.get(number) ?? `TYPE${number}`;
}

function readRecord(reader: Reader): DnsRecord | { readonly udpSize: number } {
  const { view } = reader;
  const name = readName(reader);
  const type = view.getUint16(reader.at);
  const recordClass = view.getUint16(reader.at + 2);
  const ttl = view.getUint32(reader.at + 4);
  const start = reader.at + 10;
  const end = start + view.getUint16(reader.at + 8);
  if (end > view.byteLength) throw new RangeError("record cut short");
  reader.at = end;
  if (type === optType) return { udpSize: recordClass };
  return { name, ttl, ...decodeData(typeOf(type), view, { start, end }) };
}

function isRecord(record: DnsRecord | { readonly udpSize: number }): record is DnsRecord {
  return !("udpSize" in record);
}
