import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { FlagError, parseFlags } from "./go/flags.ts";
import { goResponse, remoteAddress, targetOf } from "./go/http.ts";
import { goLogTime } from "./go/log.ts";
import { tell } from "./tell.ts";
import { serve } from "./web/serve.ts";

const defaults = { text: "", listen: ":5678", "status-code": 200, version: false };

/** Answers everything with one text. https://github.com/hashicorp/http-echo */
export const httpEcho: Image = {
  names: ["hashicorp/http-echo"],
  base: "none",
  entrypoint: ["/http-echo"],
  ports: [5678],
  env: { ECHO_TEXT: "hello-world" },
  sizeMiB: 3,
  programs: { "/http-echo": run },
};

async function run(process: Process): Promise<number> {
  try {
    const { flags } = parseFlags(process.argv.slice(1), defaults, "flag");
    if (flags.version) {
      await process.warn("http-echo v1.0.0\n");
      return 0;
    }
    return await echo(process, flags);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    await process.warn(
      `${error.message}\nUsage of /http-echo:\n  -listen string\n  -status-code int\n  -text string\n  -version\n`,
    );
    return 2;
  }
}

async function echo(process: Process, flags: { text: string; listen: string; "status-code": number }): Promise<number> {
  const text = flags.text || (process.env.get("ECHO_TEXT") ?? "");
  if (text === "") {
    await process.warn("Missing -text option!\n");
    return 127;
  }
  const port = Number(flags.listen.split(":").at(-1));
  const headers = { "x-app-name": "http-echo", "x-app-version": "1.0.0" };
  tell(process.stdout, `${goLogTime(process)} [INFO] server is listening on ${flags.listen}\n`);
  return serve(process, port, (request) => {
    const isHealth = targetOf(request).path === "/health";
    const body = isHealth ? '{"status":"ok"}\n' : `${text}\n`;
    const status = isHealth ? 200 : flags["status-code"];
    const line = `"${request.method} ${request.url} HTTP/1.1" ${status} ${Buffer.byteLength(body)}`;
    const about = `${request.headers["host"] ?? ""} ${remoteAddress(request)} ${line} "${request.headers["user-agent"] ?? ""}"`;
    if (!isHealth) tell(process.stdout, `${goLogTime(process)} ${about} 15.2µs\n`);
    return goResponse(process, body, { status, headers });
  });
}
