import type { Duplex } from "node:stream";

import {
  decodeDnsMessage,
  type DnsMessage,
  type DnsQuestion,
  dnsQuery,
  encodeDnsMessage,
  MalformedDnsMessage,
} from "../../../network/dns-message.ts";
import { NetworkError } from "../../../network/network.ts";
import type { Process } from "../../../runtime/process.ts";

/** How a question is put. */
export interface Asking {
  readonly server: string;
  readonly port?: number;
  readonly timeoutMs: number;
  /** UDP questions in all. 1 unless given. */
  readonly attempts?: number;
  readonly tcp?: boolean;
  readonly recursion?: boolean;
  /** Offers EDNS with UDP answers of this size. */
  readonly udpSize?: number;
}

const dnsPort = 53;

/** One question to one server; an answer cut short is asked for again over TCP. Rejects with NetworkError ETIMEDOUT. */
export async function ask(process: Process, question: DnsQuestion, asking: Asking): Promise<DnsMessage> {
  const plain = dnsQuery(process.random.integer(65_536), question);
  const { udpSize, recursion = true } = asking;
  const query = { ...plain, recursionDesired: recursion, ...(udpSize === undefined ? {} : { udpSize }) };
  if (asking.tcp) return overTcp(process, query, asking);
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await overUdp(process, query, asking);
      return answer.truncated ? await overTcp(process, query, asking) : answer;
    } catch (error) {
      if (!(error instanceof NetworkError) || attempt >= (asking.attempts ?? 1)) throw error;
    }
  }
}

function overUdp(
  process: Process,
  query: DnsMessage,
  { server, port = dnsPort, timeoutMs }: Asking,
): Promise<DnsMessage> {
  const { network, clock } = process;
  let end = (): void => {};
  const answered = new Promise<DnsMessage>((resolve, reject) => {
    const socket = network.bindUdp(0, ({ bytes }) => {
      const answer = decoded(bytes);
      if (answer?.id !== query.id || !answer.isResponse) return;
      end();
      resolve(answer);
    });
    const cancel = clock.after(timeoutMs, () => {
      end();
      reject(new NetworkError("ETIMEDOUT", "no answer from the DNS server"));
    });
    end = () => {
      cancel();
      socket.close();
    };
    socket.send({ ip: server, port }, encodeDnsMessage(query));
  });
  return process.waitFor(answered, end);
}

function decoded(bytes: Uint8Array): DnsMessage | undefined {
  try {
    return decodeDnsMessage(bytes);
  } catch (error) {
    if (error instanceof MalformedDnsMessage) return undefined;
    throw error;
  }
}

async function overTcp(
  process: Process,
  query: DnsMessage,
  { server, port = dnsPort, timeoutMs }: Asking,
): Promise<DnsMessage> {
  const abort = new AbortController();
  const cancel = process.clock.after(timeoutMs, () => {
    abort.abort();
  });
  try {
    const connection = await process.network.dial({ ip: server, port }, abort.signal);
    abort.signal.addEventListener("abort", () => connection.destroy(new NetworkError("ETIMEDOUT")));
    const bytes = encodeDnsMessage(query);
    connection.write(Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]));
    return await process.waitFor(firstMessage(connection), () => {
      connection.destroy();
    });
  } finally {
    cancel();
  }
}

/** Over TCP a message follows its length in two bytes. */
async function firstMessage(connection: Duplex): Promise<DnsMessage> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of connection as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) break;
  }
  connection.destroy();
  const answer = bytes.length > 2 ? decoded(bytes.subarray(2, 2 + bytes.readUInt16BE(0))) : undefined;
  if (!answer) throw new NetworkError("ECONNRESET", "no answer from the DNS server");
  return answer;
}
