import type { HttpResponse } from "../network/http.ts";

const phrases: Readonly<Record<number, string>> = {
  308: "Permanent Redirect",
  404: "Not Found",
  502: "Bad Gateway",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
};

/** A page of nginx's own, word for word. */
export function nginxPage(status: number, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  const title = `${status} ${phrases[status] ?? ""}`;
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
  return { status, reason: phrases[status] ?? "", headers: { "content-type": "text/html", ...headers }, body };
}
