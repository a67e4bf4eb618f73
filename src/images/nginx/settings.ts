import { argsOf } from "./config.ts";
import type { Directive } from "./parse.ts";

export interface HeaderRule {
  readonly name: string;
  readonly value: string;
  /** On errors too. */
  readonly always: boolean;
}

/** What holds in one location: its own directives, else its server's, else those of `http`. */
export interface Settings {
  readonly root: string;
  readonly alias: string | undefined;
  readonly index: readonly string[];
  readonly autoindex: boolean;
  readonly defaultType: string;
  readonly types: ReadonlyMap<string, string>;
  readonly charset: string | undefined;
  readonly serverTokens: boolean;
  readonly addHeaders: readonly HeaderRule[];
  readonly errorPages: readonly (readonly string[])[];
  readonly accessRules: readonly Directive[];
  readonly accessLog: readonly string[];
  readonly tryFiles: readonly string[] | undefined;
  readonly proxyPass: string | undefined;
  readonly proxySetHeaders: readonly (readonly string[])[];
  readonly proxyHiddenHeaders: readonly string[];
  readonly proxyConnectMs: number;
  readonly proxyReadMs: number;
  readonly maxBodyBytes: number;
  readonly isInternal: boolean;
  readonly hasStubStatus: boolean;
  /** `return`, `rewrite` and `set`, of this level alone. */
  readonly steps: readonly Directive[];
}

const usualRoot = "/etc/nginx/html";

/** `blocks` from the outermost to the innermost. */
export function settingsOf(blocks: readonly (readonly Directive[])[]): Settings {
  const inner = blocks.at(-1) ?? [];
  const last = (name: string): readonly string[] | undefined =>
    blocks
      .toReversed()
      .map((block) => argsOf(block, name))
      .find((args) => args !== undefined);
  const all = (...names: string[]): readonly Directive[] =>
    blocks
      .toReversed()
      .map((block) => block.filter(({ name }) => names.includes(name)))
      .find((found) => found.length > 0) ?? [];
  const own = (name: string): readonly string[] | undefined => argsOf(inner, name);
  return {
    root: relativeToPrefix(last("root")?.[0] ?? usualRoot),
    alias: own("alias")?.[0],
    index: last("index") ?? ["index.html"],
    autoindex: last("autoindex")?.[0] === "on",
    defaultType: last("default_type")?.[0] ?? "text/plain",
    types: typesOf(all("types")),
    charset: charsetOf(last("charset")?.[0]),
    serverTokens: last("server_tokens")?.[0] !== "off",
    addHeaders: all("add_header").map(({ args: [name = "", value = "", always] }) => ({
      name,
      value,
      always: always === "always",
    })),
    errorPages: all("error_page").map(({ args }) => args),
    accessRules: all("allow", "deny"),
    accessLog: last("access_log") ?? ["logs/access.log"],
    tryFiles: own("try_files") ?? serverTryFiles(blocks),
    proxyPass: own("proxy_pass")?.[0],
    proxySetHeaders: all("proxy_set_header").map(({ args }) => args),
    proxyHiddenHeaders: all("proxy_hide_header").map(({ args: [name = ""] }) => name.toLowerCase()),
    proxyConnectMs: nginxTimeMs(last("proxy_connect_timeout")?.[0] ?? "60s"),
    proxyReadMs: nginxTimeMs(last("proxy_read_timeout")?.[0] ?? "60s"),
    maxBodyBytes: nginxSize(last("client_max_body_size")?.[0] ?? "1m"),
    isInternal: own("internal") !== undefined,
    hasStubStatus: own("stub_status") !== undefined,
    steps: inner.filter(({ name }) => ["return", "rewrite", "set"].includes(name)),
  };
}

function relativeToPrefix(path: string): string {
  return path.startsWith("/") || path.startsWith("$") ? path : `/etc/nginx/${path}`;
}

/** A server's try_files holds where no location matches better. */
function serverTryFiles(blocks: readonly (readonly Directive[])[]): readonly string[] | undefined {
  return blocks.length <= 2 ? argsOf(blocks.at(-1), "try_files") : undefined;
}

function charsetOf(name: string | undefined): string | undefined {
  return name === "off" ? undefined : name;
}

function typesOf(blocks: readonly Directive[]): ReadonlyMap<string, string> {
  const types = new Map<string, string>([
    ["html", "text/html"],
    ["gif", "image/gif"],
    ["jpg", "image/jpeg"],
  ]);
  for (const { block = [] } of blocks) {
    for (const { name: type, args } of block) for (const extension of args) types.set(extension, type);
  }
  return types;
}

const timeUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  "": 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `60`, `5s`, `1m30s`. */
function nginxTimeMs(text: string): number {
  let ms = 0;
  for (const [, amount = "0", unit = ""] of text.matchAll(/(\d+)(ms|[smhd]?)/gu))
    ms += Number(amount) * (timeUnits[unit] ?? 0);
  return ms;
}

/** `10m`; 0 is no limit. */
function nginxSize(text: string): number {
  const [, amount = "0", unit = ""] = /^(\d+)([kmg]?)$/iu.exec(text) ?? [];
  const factor = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit.toLowerCase()] ?? 1;
  return Number(amount) * factor || Infinity;
}
