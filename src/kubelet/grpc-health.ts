import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from "node:http2";
import type { Duplex } from "node:stream";

import { concatBytes, encodeText } from "../api/bytes.ts";

/** What a health service answered: its status, or the gRPC code that it failed with. */
export interface HealthAnswer {
  /** UNKNOWN, SERVING, NOT_SERVING or SERVICE_UNKNOWN. */
  readonly status?: string;
  readonly code: number;
  readonly message: string;
}

const statuses = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];
const codeUnavailable = 14;

/**
 * One call of grpc.health.v1.Health/Check over HTTP/2. Rejects when the other end does not speak it.
 * https://github.com/grpc/grpc/blob/master/doc/health-checking.md
 */
export async function checkHealth(connection: Duplex, authority: string, service: string): Promise<HealthAnswer> {
  const session = connect(`http://${authority}`, { createConnection: () => connection });
  try {
    return await call(session, service);
  } finally {
    session.destroy();
    connection.destroy();
  }
}

function call(session: ClientHttp2Session, service: string): Promise<HealthAnswer> {
  return new Promise((resolve, reject) => {
    session.on("error", reject);
    const stream = session.request({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Check",
      "content-type": "application/grpc",
      te: "trailers",
      "user-agent": "kube-probe/1.32",
    });
    const chunks: Uint8Array[] = [];
    let told: IncomingHttpHeaders = {};
    const keep = (headers: IncomingHttpHeaders): void => {
      told = { ...told, ...headers };
    };
    stream.on("response", keep).on("trailers", keep);
    stream.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("end", () => resolve(answerFrom(told, concatBytes(chunks))));
    stream.end(requestFrame(service));
  });
}

/** A length-prefixed HealthCheckRequest: field 1 is the service's name. */
function requestFrame(service: string): Uint8Array {
  const name = encodeText(service);
  const message = name.length === 0 ? name : concatBytes([Uint8Array.of(10), varint(name.length), name]);
  const head = new Uint8Array(5);
  new DataView(head.buffer).setUint32(1, message.length);
  return concatBytes([head, message]);
}

function varint(value: number): Uint8Array {
  return value < 128 ? Uint8Array.of(value) : Uint8Array.of((value % 128) + 128, Math.floor(value / 128));
}

function answerFrom(headers: IncomingHttpHeaders, body: Uint8Array): HealthAnswer {
  const code = Number(headers["grpc-status"] ?? codeUnavailable);
  const message = decodeURIComponent(String(headers["grpc-message"] ?? ""));
  if (code !== 0) return { code, message };
  // Field 1 of the HealthCheckResponse is the status; zero is not sent.
  const status = statuses[body.length > 6 ? (body[6] ?? 0) : 0] ?? "UNKNOWN";
  return { code, message, status };
}
