import { argsOf, type NginxConfig } from "./config.ts";
import { ConfigError, type Directive, placeOf } from "./parse.ts";
import { type Settings, settingsOf } from "./settings.ts";

/** A `location` block. */
export interface Location {
  readonly kind: "exact" | "prefix" | "firm-prefix" | "pattern";
  readonly path: string;
  readonly pattern: RegExp | undefined;
  readonly settings: Settings;
  readonly inner: readonly Location[];
}

/** A `server` block. */
export interface Site {
  readonly names: readonly string[];
  readonly listens: readonly Listen[];
  readonly settings: Settings;
  readonly locations: readonly Location[];
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
}

export interface Listen {
  readonly port: number;
  /** `127.0.0.1`, or undefined for every address. */
  readonly host: string | undefined;
  readonly isDefault: boolean;
  readonly isTls: boolean;
}

/** Throws ConfigError. */
export function sitesOf({ http, servers }: NginxConfig): readonly Site[] {
  const outer = http?.block ?? [];
  return servers.map((server) => siteOf(server, outer));
}

function siteOf(server: Directive, outer: readonly Directive[]): Site {
  const block = server.block ?? [];
  const given = block.filter(({ name }) => name === "listen").flatMap((directive) => listenOf(directive));
  const listens = block.some(({ name }) => name === "listen")
    ? given
    : [{ port: 80, host: undefined, isDefault: false, isTls: false }];
  const certificate = argsOf(block, "ssl_certificate")?.[0] ?? argsOf(outer, "ssl_certificate")?.[0];
  const key = argsOf(block, "ssl_certificate_key")?.[0] ?? argsOf(outer, "ssl_certificate_key")?.[0];
  if (listens.some(({ isTls }) => isTls) && (certificate === undefined || key === undefined)) {
    const missing = certificate === undefined ? "ssl_certificate" : "ssl_certificate_key";
    throw new ConfigError(`no "${missing}" is defined for the "listen ... ssl" directive in ${placeOf(server)}`);
  }
  return {
    names: block.filter(({ name }) => name === "server_name").flatMap(({ args }) => args),
    listens,
    settings: settingsOf([outer, block]),
    locations: locationsOf([outer, block]),
    tls: certificate !== undefined && key !== undefined ? { certificate, key } : undefined,
  };
}

const listenOptions =
  /^(?:default_server|default|ssl|http2|quic|proxy_protocol|reuseport|deferred|bind|(?:backlog|fastopen|rcvbuf|sndbuf|ipv6only|so_keepalive|setfib|accept_filter)=\S*)$/u;

/** IPv6 sockets are left out: pods have IPv4 only. */
function listenOf(directive: Directive): readonly Listen[] {
  const [address = "", ...options] = directive.args;
  if (address.startsWith("[") || address.startsWith("unix:")) return [];
  const [, host, port] = /^(?:([\w.*-]+):)?(\d+)$/u.exec(address) ?? [];
  if (port === undefined && !/^[\w.*-]+$/u.test(address)) {
    throw new ConfigError(`invalid parameter "${address}" in ${placeOf(directive)}`);
  }
  const number = port === undefined ? 80 : Number(port);
  if (number < 1 || number > 65_535) {
    throw new ConfigError(`invalid port in "${address}" of the "listen" directive in ${placeOf(directive)}`);
  }
  const wrong = options.find((option) => !listenOptions.test(option));
  if (wrong !== undefined) throw new ConfigError(`invalid parameter "${wrong}" in ${placeOf(directive)}`);
  const named = port === undefined ? address : host;
  const isEvery = named === undefined || ["*", "0.0.0.0"].includes(named);
  return [
    {
      port: number,
      host: isEvery ? undefined : named === "localhost" ? "127.0.0.1" : named,
      isDefault: options.includes("default_server") || options.includes("default"),
      isTls: options.includes("ssl"),
    },
  ];
}

function locationsOf(blocks: readonly (readonly Directive[])[]): readonly Location[] {
  const directives = blocks.at(-1)?.filter(({ name }) => name === "location") ?? [];
  return directives.map((directive) => {
    const [first = "", second] = directive.args;
    const path = second ?? first;
    const inside = [...blocks, directive.block ?? []];
    const modifier = second === undefined ? "" : first;
    const kind =
      ({ "=": "exact", "^~": "firm-prefix", "~": "pattern", "~*": "pattern" } as const)[modifier] ?? "prefix";
    const pattern = kind === "pattern" ? patternOf(path, modifier === "~*", directive) : undefined;
    return { kind, path, pattern, settings: settingsOf(inside), inner: locationsOf(inside) };
  });
}

function patternOf(source: string, ignoresCase: boolean, directive: Directive): RegExp {
  try {
    return new RegExp(source, ignoresCase ? "iu" : "u");
  } catch {
    throw new ConfigError(`pcre2_compile() failed: in "${source}" in ${placeOf(directive)}`);
  }
}

/** The location of a path: an exact one, the longest firm prefix, the first pattern, the longest prefix. */
export function findLocation(locations: readonly Location[], path: string): Location | undefined {
  const exact = locations.find((one) => one.kind === "exact" && one.path === path);
  if (exact) return exact;
  const prefixes = locations.filter(({ kind, path: prefix }) => kind.endsWith("prefix") && path.startsWith(prefix));
  const longest = prefixes.toSorted((a, b) => b.path.length - a.path.length)[0];
  const inner = longest && findLocation(longest.inner, path);
  if (inner) return inner;
  if (longest?.kind === "firm-prefix") return longest;
  return locations.find(({ pattern }) => pattern?.test(path)) ?? longest;
}

/** By the Host header: the exact name, a wildcard, a pattern, the default of the port. */
export function findSite(sites: readonly Site[], port: number, host: string): Site | undefined {
  const here = sites.filter(({ listens }) => listens.some((listen) => listen.port === port));
  if (here.length < 2) return here[0];
  const name = host.replace(/:\d+$/u, "").toLowerCase();
  const matches = (test: (pattern: string) => boolean): Site | undefined =>
    here.find(({ names }) => names.some((one) => test(one)));
  return (
    matches((one) => one.toLowerCase() === name) ??
    matches(
      (one) =>
        (one.startsWith("*.") && name.endsWith(one.slice(1))) || (one.startsWith(".") && `.${name}`.endsWith(one)),
    ) ??
    matches((one) => one.endsWith(".*") && name.startsWith(one.slice(0, -1))) ??
    matches((one) => one.startsWith("~") && new RegExp(one.slice(1), "u").test(name)) ??
    here.find(({ listens }) => listens.some((listen) => listen.port === port && listen.isDefault)) ??
    here[0]
  );
}
