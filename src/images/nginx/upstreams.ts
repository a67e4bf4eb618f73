import ipaddr from "ipaddr.js";

import { type Address, NetworkError } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";
import type { NginxConfig } from "./config.ts";
import { ConfigError, type Directive, placeOf } from "./parse.ts";

/** Servers that proxied requests go to, in turn, by the name that `proxy_pass` uses. */
export interface Upstreams {
  /** undefined: the name is known only at run time. */
  next(name: string): Address | undefined;
}

interface Pool {
  readonly addresses: readonly Address[];
  turn: number;
}

/** Looks up every name that the configuration proxies to, as nginx does when it starts. Throws ConfigError. */
export async function resolveUpstreams(process: Process, { http }: NginxConfig): Promise<Upstreams> {
  const pools = new Map<string, Pool>();
  for (const directive of http?.block ?? []) {
    if (directive.name !== "upstream") continue;
    pools.set(directive.args[0] ?? "", { addresses: await addressesOf(process, directive), turn: 0 });
  }
  for (const directive of proxiesIn(http?.block ?? [])) {
    const authority = authorityOf(directive.args[0] ?? "", directive);
    if (authority === undefined || pools.has(authority)) continue;
    pools.set(authority, { addresses: await lookUp(process, authority, { directive, port: 80 }), turn: 0 });
  }
  return {
    next(name) {
      const pool = pools.get(name);
      return pool?.addresses[pool.turn++ % pool.addresses.length];
    },
  };
}

async function addressesOf(process: Process, upstream: Directive): Promise<readonly Address[]> {
  const servers = upstream.block?.filter(({ name, args }) => name === "server" && !args.includes("down")) ?? [];
  if (servers.length === 0) throw new ConfigError(`no servers are inside upstream in ${placeOf(upstream)}`);
  const found: Address[] = [];
  for (const server of servers) {
    const weight = Number(server.args.find((arg) => arg.startsWith("weight="))?.slice("weight=".length) ?? 1);
    const addresses = await lookUp(process, server.args[0] ?? "", { directive: server, port: 80 });
    for (let copy = 0; copy < weight; copy++) found.push(...addresses);
  }
  return found;
}

function proxiesIn(directives: readonly Directive[]): readonly Directive[] {
  return directives.flatMap((one) => (one.name === "proxy_pass" ? [one] : proxiesIn(one.block ?? [])));
}

/** undefined: it has variables, so the name is looked up with each request. */
function authorityOf(url: string, directive?: Directive): string | undefined {
  const [, scheme, authority = ""] = /^(https?):\/\/([^/$]+)?/u.exec(url) ?? [];
  if (url.includes("$")) return undefined;
  if (scheme === undefined) throw new ConfigError(`invalid URL prefix${directive ? ` in ${placeOf(directive)}` : ""}`);
  return authority;
}

async function addressesByName(process: Process, host: string): Promise<readonly string[]> {
  try {
    return await process.network.lookup(host);
  } catch (error) {
    if (error instanceof NetworkError) return [];
    throw error;
  }
}

interface LookUp {
  readonly directive: Directive;
  readonly port: number;
}

async function lookUp(process: Process, authority: string, { directive, port }: LookUp): Promise<readonly Address[]> {
  const [, host = "", given] = /^(.*?)(?::(\d+))?$/u.exec(authority) ?? [];
  const number = given === undefined ? port : Number(given);
  const ips = ipaddr.isValid(host) ? [host] : await addressesByName(process, host);
  if (ips.length > 0) return ips.map((ip) => ({ ip, port: number }));
  const kind = directive.name === "server" || directive.name === "proxy_pass" ? "upstream" : directive.name;
  throw new ConfigError(`host not found in ${kind} "${authority}" in ${placeOf(directive)}`);
}
