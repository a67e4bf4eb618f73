import type { IncomingMessage } from "node:http";

/** Protocols a client offers in a header that may be repeated or comma-separated. */
export function offeredProtocols(request: IncomingMessage, header: string): string[] {
  const value = request.headers[header] ?? "";
  return (Array.isArray(value) ? value : value.split(",")).map((one) => one.trim()).filter((one) => one !== "");
}

/** The client's favourite of those that the server speaks. */
export function negotiate(offered: readonly string[], spoken: readonly string[]): string | undefined {
  return offered.find((one) => spoken.includes(one));
}
