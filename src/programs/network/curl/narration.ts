import { STATUS_CODES } from "node:http";

import { headerTitle } from "../../../network/http-headers.ts";
import type { HttpResponse } from "../../../network/http.ts";
import type { NetworkError } from "../../../network/network.ts";
import type { Process } from "../../../runtime/process.ts";
import { connectFailure } from "../address.ts";
import type { CurlOptions } from "./options.ts";
import type { Outgoing, Target } from "./request.ts";

/** Of the ports that connections come from. */
const firstPort = 32_768;
const portCount = 28_232;

/** What `-v` tells while a transfer goes on. */
export interface Narration {
  /** The name was looked up; undefined: it was an address. */
  resolved(target: Target, ip: string): Promise<void>;
  unresolved(reason: string): Promise<void>;
  unconnected(target: Target, ip: string, error: NetworkError): Promise<void>;
  connected(target: Target, ip: string, isReused: boolean): Promise<void>;
  sent(request: Outgoing & { readonly path: string }): Promise<void>;
  received(response: HttpResponse): Promise<void>;
  body(bytes: number): Promise<void>;
  redirected(url: string): Promise<void>;
  left(target: Target): Promise<void>;
  failed(reason: string): Promise<void>;
}

type Say = (text: string) => Promise<void>;

/** Says nothing without `-v`. */
export function narrator(options: CurlOptions, process: Process, isTerminal: boolean): Narration {
  const say: Say = options.has("verbose") ? (text) => process.warn(text) : async () => {};
  const note: Say = (text) => say(`* ${text}\n`);
  return {
    async resolved({ host, port }, ip) {
      if (host !== ip) await note(`Host ${host}:${port} was resolved.\n* IPv6: (none)\n* IPv4: ${ip}`);
      await note(`  Trying ${ip}:${port}...`);
    },
    unresolved: (reason) => note(`${reason}\n* closing connection #0`),
    unconnected({ port }, ip, error) {
      const source = `${process.network.ip} port ${firstPort + process.random.integer(portCount)}`;
      return note(`connect to ${ip} port ${port} from ${source} failed: ${connectFailure(error, process)}`);
    },
    async connected({ host, port }, ip, isReused) {
      await note(
        isReused ? `Re-using existing http: connection with host ${host}` : `Connected to ${host} (${ip}) port ${port}`,
      );
      if (!isReused) await note("using HTTP/1.x");
    },
    async sent({ method, path, headers, body }) {
      const lines = [`${method} ${path} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`), ""];
      await say(lines.map((line) => `> ${line}\r\n`).join(""));
      if (body.length > 0 && !isTerminal) await say(`} [${body.length} bytes data]\n`);
      await note(body.length > 0 ? `upload completely sent off: ${body.length} bytes` : "Request completely sent off");
    },
    async received(response) {
      await say(
        `${headOf(response)
          .map((line) => `< ${line}\r\n`)
          .join("")}< \r\n`,
      );
    },
    async body(bytes) {
      if (!isTerminal && bytes > 0) await say(`{ [${bytes} bytes data]\n`);
    },
    redirected: (url) => note(`Issue another request to this URL: '${url}'`),
    left: ({ host }) => note(`Connection #0 to host ${host} left intact`),
    failed: (reason) => note(`${reason}\n* closing connection #0`),
  };
}

/** The response's head as it came, without its last empty line. */
export function headOf({ status, reason, headers }: HttpResponse): readonly string[] {
  const phrase = reason ?? STATUS_CODES[status] ?? "";
  return [
    `HTTP/1.1 ${status}${phrase ? ` ${phrase}` : ""}`,
    ...Object.entries(headers).map(([name, value]) => `${headerTitle(name)}: ${value}`),
  ];
}
