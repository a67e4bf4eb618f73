import { decodeText } from "../api/bytes.ts";
import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { bodyOf, goResponse, remoteAddress } from "./go/http.ts";
import { serveUntilKilled } from "./go/serve-until-killed.ts";
import { tell } from "./tell.ts";
import { sortedHeaders } from "./web/request-headers.ts";

/** The echo server of minikube's first steps. */
export const echoServer: Image = {
  names: ["kicbase/echo-server", "jmalloc/echo-server"],
  base: "none",
  entrypoint: ["/bin/echo-server"],
  ports: [8080],
  env: { PORT: "8080" },
  sizeMiB: 5,
  programs: { "/bin/echo-server": run },
};

async function run(process: Process): Promise<number> {
  const port = process.env.get("PORT") || "8080";
  await process.print(`Echo server listening on port ${port}.\n`);
  process.network.serveHttp(Number(port), async (request) => {
    tell(process.stdout, `${remoteAddress(request)} | ${request.method} ${request.url}\n`);
    const headers = sortedHeaders(request).map(([name, value]) => `${name}: ${value}\n`);
    const head = `Request served by ${process.container.hostname}\n\nHTTP/1.1 ${request.method} ${request.url}\n\n`;
    const body = decodeText(await bodyOf(request));
    const text = `${head}Host: ${request.headers["host"] ?? ""}\n${headers.join("")}${body === "" ? "" : `\n${body}`}`;
    return goResponse(process, text, { headers: { "content-type": "text/plain" } });
  });
  return serveUntilKilled(process);
}
