import type { IncomingMessage } from "node:http";

import { concatBytes } from "../../api/bytes.ts";
import { requestTooLarge } from "../../api/status.ts";

/** A request's body. Throws RequestEntityTooLarge beyond the limit; what still comes is dropped by Node. */
export async function readBody(raw: IncomingMessage, limitBytes: number): Promise<Uint8Array> {
  if (Number(raw.headers["content-length"] ?? 0) > limitBytes) throw requestTooLarge(limitBytes);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of raw.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Uint8Array;
    length += bytes.length;
    if (length > limitBytes) throw requestTooLarge(limitBytes);
    chunks.push(bytes);
  }
  return concatBytes(chunks);
}
