import {
  type DnsMessage,
  type DnsQuestion,
  type DnsRecord,
  decodeDnsMessage,
  encodeDnsMessage,
  MalformedDnsMessage,
} from "../network/dns-message.ts";
import { answerQuestion, type DnsAnswer, outside, type RecordOptions } from "./records.ts";

/** Bytes that fit in a UDP answer unless the client says that it takes more. */
const plainUdpBytes = 512;
const rememberedAnswers = 10_000;

/** What CoreDNS does in the cluster: a question in, an answer out. */
export interface DnsServer {
  answer(query: DnsMessage): DnsMessage;
  /** The same in bytes; over UDP a long answer is cut off and marked so. undefined: not a question at all. */
  answerBytes(query: Uint8Array, transport: "udp" | "tcp"): Uint8Array | undefined;
}

/** Several addresses of one name are given in turn, a different one first each time, as CoreDNS's `loadbalance` has it. */
export function createDnsServer(options: RecordOptions): DnsServer {
  return serverOf(remembering(options));
}

/** A DNS server outside the cluster: it has no names at all, those of the cluster least. */
export function createOutsideServer(): DnsServer {
  return serverOf(() => outside);
}

function serverOf(find: (question: DnsQuestion) => DnsAnswer): DnsServer {
  let asked = 0;
  const answer = (query: DnsMessage): DnsMessage => {
    const [question] = query.questions;
    if (query.code === "NOTIMP") return response(query, { code: "NOTIMP" });
    if (!question || query.questions.length !== 1) return response(query, { code: "FORMERR" });
    if (question.otherClass !== undefined) return response(query, { code: "REFUSED" });
    const found = find(question);
    const answers = question.type === "A" ? rotated(found.answers, asked++) : found.answers;
    return response(query, { ...found, answers, recursionAvailable: !found.authoritative });
  };
  return {
    answer,
    answerBytes(bytes, transport) {
      const query = decoded(bytes);
      if (!query || query.isResponse) return undefined;
      const full = answer(query);
      const encoded = encodeDnsMessage(full);
      const limit = Math.max(plainUdpBytes, query.udpSize ?? 0);
      return transport === "tcp" || encoded.length <= limit ? encoded : truncated(full, limit);
    },
  };
}

/** The same question has the same answer until something changes. */
function remembering(options: RecordOptions): (question: DnsQuestion) => DnsAnswer {
  const answers = new Map<string, DnsAnswer>();
  let version = options.zone.version;
  return (question) => {
    if (version !== options.zone.version || answers.size > rememberedAnswers) answers.clear();
    version = options.zone.version;
    const key = `${question.type} ${question.name}`;
    let found = answers.get(key);
    if (!found) {
      found = answerQuestion(question, options);
      answers.set(key, found);
    }
    return found;
  };
}

function response(query: DnsMessage, parts: Partial<DnsMessage>): DnsMessage {
  return {
    ...query,
    isResponse: true,
    authoritative: false,
    truncated: false,
    recursionAvailable: false,
    code: "NOERROR",
    answers: [],
    authorities: [],
    additionals: [],
    ...parts,
  };
}

/** Aliases stay in front of what they lead to. */
function rotated(records: readonly DnsRecord[], by: number): readonly DnsRecord[] {
  if (records.length < 2) return records;
  const start = records.findIndex(({ type }) => type === "A");
  const addresses = start < 0 ? [] : records.slice(start);
  if (addresses.length < 2) return records;
  const turn = by % addresses.length;
  return [...records.slice(0, start), ...addresses.slice(turn), ...addresses.slice(0, turn)];
}

/** As many answers as fit. */
function truncated(full: DnsMessage, limit: number): Uint8Array {
  const cut = { ...full, truncated: true, authorities: [], additionals: [] };
  let [fitting, tooMany] = [0, full.answers.length];
  while (tooMany - fitting > 1) {
    const count = (fitting + tooMany) >> 1;
    const fits = encodeDnsMessage({ ...cut, answers: full.answers.slice(0, count) }).length <= limit;
    if (fits) fitting = count;
    else tooMany = count;
  }
  return encodeDnsMessage({ ...cut, answers: full.answers.slice(0, fitting) });
}

function decoded(bytes: Uint8Array): DnsMessage | undefined {
  try {
    return decodeDnsMessage(bytes);
  } catch (error) {
    if (error instanceof MalformedDnsMessage) return undefined;
    throw error;
  }
}
