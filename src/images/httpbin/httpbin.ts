import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import type { Image } from "../../runtime/image.ts";
import type { Process } from "../../runtime/process.ts";
import { serve } from "../web/serve.ts";
import { httpbinRoute } from "./routes.ts";

/** httpbin.org in a pod. */
export const httpbin: Image = {
  names: ["kennethreitz/httpbin", "kong/httpbin"],
  base: "debian",
  command: ["gunicorn", "-b", "0.0.0.0:80", "httpbin:app", "-k", "gevent"],
  ports: [80],
  sizeMiB: 196,
  programs: { "/usr/local/bin/gunicorn": run },
};

async function run(process: Process): Promise<number> {
  const { clock, argv } = process;
  const at = argv.indexOf("-b");
  const port = Number(argv[at + 1]?.split(":").at(-1) ?? 80) || 80;
  const time = new Date(clock.now()).toISOString().slice(0, 19).replace("T", " ");
  const line = (text: string): string => `[${time} +0000] [1] [INFO] ${text}\n`;
  await process.warn(
    line("Starting gunicorn 19.9.0") + line(`Listening at: http://0.0.0.0:${port} (1)`) + line("Using worker: gevent"),
  );
  return serve(process, port, async (request) => finished(await answer(process, request)));
}

async function answer(process: Process, request: HttpRequest): Promise<HttpResponse> {
  try {
    return await httpbinRoute(process, request);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { status: 400, headers: {}, body: "" };
  }
}

function finished(response: HttpResponse): HttpResponse {
  const common = {
    server: "gunicorn/19.9.0",
    connection: "keep-alive",
    "access-control-allow-origin": "*",
    "access-control-allow-credentials": "true",
  };
  return { ...response, headers: { ...response.headers, ...common } };
}
