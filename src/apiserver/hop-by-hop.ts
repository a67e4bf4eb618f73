/** Headers that belong to one connection, not to the message, and what says who is at its end. */
export const hopByHopHeaders: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "authorization",
  "content-length",
]);
