import type { Duplex } from "node:stream";

/** Ends a connection whose bytes are no request, in the words of Go's server. One that never asked is closed without any: clients keep connections in store. */
export function refuseConnection({ code }: { readonly code?: string | undefined }, socket: Duplex): void {
  const status = code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
  if (socket.writable && code !== "ERR_HTTP_REQUEST_TIMEOUT") {
    socket.write(`HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${status}`);
  }
  socket.destroy();
}
