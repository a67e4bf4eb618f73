import type { HttpResponse } from "../network/http.ts";

const titles: Readonly<Record<number, string>> = {
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  401: "Authorization Required",
  403: "Forbidden",
  404: "Not Found",
  502: "Bad Gateway",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
};
/** Where the status line says something else than the page. */
const reasons: Readonly<Record<number, string>> = { 302: "Moved Temporarily", 401: "Unauthorized" };

/** A page of nginx's own, word for word. */
export function nginxPage(status: number, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  const phrase = titles[status] ?? "";
  const title = `${status} ${phrase}`;
  const body = [
    "<html>",
    `<head><title>${title}</title></head>`,
    "<body>",
    `<center><h1>${title}</h1></center>`,
    "<hr><center>nginx</center>",
    "</body>",
    "</html>",
    "",
  ].join("\r\n");
  return { status, reason: reasons[status] ?? phrase, headers: { "content-type": "text/html", ...headers }, body };
}
