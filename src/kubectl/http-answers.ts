import type { ServerResponse } from "node:http";

/** A line of text, as Go's `http.Error` writes it. */
export function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" });
  response.end(`${text}\n`);
}

export function redirect(response: ServerResponse, place: string): void {
  response.writeHead(301, { "content-type": "text/html; charset=utf-8", location: place });
  response.end(`<a href="${place}">Moved Permanently</a>.\n\n`);
}
