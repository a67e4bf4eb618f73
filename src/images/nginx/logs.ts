import { type Process, SystemError } from "../../runtime/process.ts";
import { tell } from "../tell.ts";
import { argsOf, type NginxConfig } from "./config.ts";
import type { Exchange } from "./exchange.ts";
import { nginxErrorTime } from "./time.ts";
import { interpolate, type Outcome } from "./variables.ts";

/** Where nginx writes: files by path, opened once. */
export interface Logs {
  access(exchange: Exchange, outcome: Outcome): void;
  /** `[error] 1#1: *3 text, client: …`. */
  error(exchange: Exchange, text: string): void;
  close(): void;
}

const combined =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';
const errorPath = "/var/log/nginx/error.log";

/** `[notice] 1#1: text` as it stands in the error log. */
export function noticeLine({ clock, pid }: Process, level: string, text: string): string {
  return `${nginxErrorTime(clock.now())} [${level}] ${pid}#${pid}: ${text}\n`;
}

export function openLogs(process: Process, { http, main }: NginxConfig): Logs {
  const formats = new Map(
    http?.block
      ?.filter(({ name }) => name === "log_format")
      .map(({ args: [name = "", ...parts] }) => [name, parts.join("")]),
  );
  const opened = new Map<string, number>();
  const write = (path: string, text: string): void => {
    const number = opened.get(path) ?? openLog(process, path);
    opened.set(path, number);
    tell(process.output(number), text);
  };
  const errors = argsOf(main, "error_log")?.[0] ?? errorPath;
  return {
    access(exchange, outcome) {
      const [path = "off", format = "combined"] = exchange.site.settings.accessLog;
      if (path === "off") return;
      const line = interpolate(
        (formats.get(format) ?? combined).replaceAll("\\n", "\n"),
        exchangeForLog(exchange),
        outcome,
      );
      write(path, `${line}\n`);
    },
    error(exchange, text) {
      const { process: worker, number, request, site } = exchange;
      const { method, url, headers, remote } = request;
      const upstream = exchange.upstream === "" ? "" : `, upstream: "${exchange.upstream}"`;
      const host = headers["host"] === undefined ? "" : `, host: "${headers["host"]}"`;
      const about = `client: ${remote?.ip ?? ""}, server: ${site.names[0] ?? ""}, request: "${method} ${url} HTTP/1.1"`;
      write(errors, noticeLine(worker, "error", `*${number} ${text}, ${about}${upstream}${host}`));
    },
    close() {
      for (const number of opened.values()) process.setDescriptor(number, null);
    },
  };
}

/** An absent header is a dash in a log. */
function exchangeForLog(exchange: Exchange): Exchange {
  const { headers } = exchange.request;
  const dashed = new Proxy(headers, { get: (target, name) => target[String(name)] ?? "-" });
  return { ...exchange, request: { ...exchange.request, headers: dashed } };
}

/** What cannot be opened goes to stderr. */
function openLog(process: Process, path: string): number {
  try {
    const descriptor = process.open(path.startsWith("/") ? path : `/etc/nginx/${path}`, "append");
    let number = 3;
    while (process.descriptors.has(number)) number++;
    process.setDescriptor(number, descriptor);
    return number;
  } catch (error) {
    if (error instanceof SystemError) return 2;
    throw error;
  }
}
