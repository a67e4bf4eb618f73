import { type DnsMessage, type DnsRecord, decodeDnsMessage, encodeDnsMessage, MalformedDnsMessage } from "../network/dns-message.ts";
import { answerQuestion, type RecordOptions } from "./records.ts";

/** Bytes that fit in a UDP answer unless the client says that it takes more. */
const plainUdpBytes = 512;

/** What CoreDNS does in the cluster: a question in, an answer out. */
export interface DnsServer {
  answer(query: DnsMessage): DnsMessage;
  /** The same in bytes; over UDP a long answer is cut off and marked so. undefined: not a question at all. */
  answerBytes(query: Uint8Array, transport: "udp" | "tcp"): Uint8Array | undefined;
}

/** Several addresses of one name are given in turn, a different one first each time, as CoreDNS's `loadbalance` has it. */
export function createDnsServer(options: RecordOptions): DnsServer {
  let asked = 0;
  const answer = (query: DnsMessage): DnsMessage => {
    const [question] = query.questions;
    if (!question || query.questions.length !== 1) return response(query, { code: "FORMERR" });
    const { authoritative, ...found } = answerQuestion(question, options);
    const answers = question.type === "A" ? rotated(found.answers, asked++) : found.answers;
    return response(query, { ...found, authoritative, answers });
  };
  return {
    answer,
    answerBytes(bytes, transport) {
      const query = decoded(bytes);
      if (!query || query.isResponse) return undefined;
      const full = answer(query);
      const encoded = encodeDnsMessage(full);
      if (transport === "tcp" || encoded.length <= Math.max(plainUdpBytes, query.udpSize ?? 0)) return encoded;
      return encodeDnsMessage({ ...full, truncated: true, answers: [], authorities: [], additionals: [] });
    },
  };
}

function response(query: DnsMessage, parts: Partial<DnsMessage>): DnsMessage {
  return {
    ...query,
    isResponse: true,
    authoritative: false,
    truncated: false,
    recursionAvailable: true,
    code: "NOERROR",
    answers: [],
    authorities: [],
    additionals: [],
    ...parts,
  };
}

/** Aliases stay in front of what they lead to. */
function rotated(records: readonly DnsRecord[], by: number): readonly DnsRecord[] {
  const start = records.findIndex(({ type }) => type === "A");
  const addresses = start < 0 ? [] : records.slice(start);
  if (addresses.length < 2) return records;
  const turn = by % addresses.length;
  return [...records.slice(0, start), ...addresses.slice(turn), ...addresses.slice(0, turn)];
}

function decoded(bytes: Uint8Array): DnsMessage | undefined {
  try {
    return decodeDnsMessage(bytes);
  } catch (error) {
    if (error instanceof MalformedDnsMessage) return undefined;
    throw error;
  }
}
