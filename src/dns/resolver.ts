import ipaddr from "ipaddr.js";

import {
  type DnsMessage,
  dnsQuery,
  decodeDnsMessage,
  encodeDnsMessage,
  MalformedDnsMessage,
} from "../network/dns-message.ts";
import { type Network, NetworkError } from "../network/network.ts";
import { candidatesFor, parseHosts, parseResolvConf } from "../network/resolver-files.ts";
import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import type { DnsServer } from "./dns-server.ts";

export interface ResolverOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  /** A DNS server in this process that listens at an IP: asked without making bytes of the question. */
  serverAt(ip: string): DnsServer | undefined;
}

export interface ResolverFiles {
  /** The IP that asks. */
  readonly from: string;
  readonly hosts: string;
  readonly resolvConf: string;
}

/** IPv4 addresses of a name; empty: no such name. Rejects with NetworkError when no server answers. */
export type Lookup = (name: string, files: ResolverFiles) => Promise<readonly string[]>;

const dnsPort = 53;

/** A container's stub resolver: literal addresses, /etc/hosts, then the servers of /etc/resolv.conf with its search list. */
export function createResolver(options: ResolverOptions): Lookup {
  return async (name, files) => {
    if (isAddress(name)) return [name];
    const known = parseHosts(files.hosts).get(name.toLowerCase());
    if (known) return known;
    const config = parseResolvConf(files.resolvConf);
    for (const candidate of candidatesFor(name, config)) {
      const addresses = await ask(candidate, files.from, { options, config });
      if (addresses.length > 0) return addresses;
    }
    return [];
  };
}

/** Most names are no addresses, which the parser finds out at the price of an exception. */
function isAddress(name: string): boolean {
  return /^[\d.]+$/u.test(name) && ipaddr.IPv4.isValidFourPartDecimal(name);
}

type Config = ReturnType<typeof parseResolvConf>;

async function ask(
  name: string,
  from: string,
  { options, config }: { options: ResolverOptions; config: Config },
): Promise<readonly string[]> {
  const query = dnsQuery(options.random.integer(65_536), { name, type: "A" });
  const { nameservers, attempts, timeoutMs } = config;
  let failure: NetworkError | undefined;
  for (let turn = 0; turn < nameservers.length * attempts; turn++) {
    const server = nameservers[turn % nameservers.length] ?? "";
    const answer = exchange(query, { from, server, timeoutMs }, options);
    const reply = answer instanceof Promise ? await answer.catch(networkError) : answer;
    if (!(reply instanceof NetworkError)) return addressesIn(reply);
    failure = reply;
  }
  throw failure ?? new NetworkError("ECONNREFUSED", "no nameserver");
}

function addressesIn({ answers }: DnsMessage): readonly string[] {
  return answers.flatMap((record) => (record.type === "A" ? [record.address] : []));
}

/** What goes wrong on the network is an answer of a kind; anything else is not. */
function networkError(error: unknown): NetworkError {
  if (error instanceof NetworkError) return error;
  throw error;
}

interface Exchange {
  readonly from: string;
  readonly server: string;
  readonly timeoutMs: number;
}

/** One question to one server. A refused one fails at once, a lost one after the timeout. */
function exchange(
  query: DnsMessage,
  { from, server, timeoutMs }: Exchange,
  options: ResolverOptions,
): DnsMessage | NetworkError | Promise<DnsMessage> {
  const { network } = options;
  const to = { ip: server, port: dnsPort };
  const route = network.route({ protocol: "UDP", from: { ip: from, port: 0 }, to });
  if (route === "refuse") return new NetworkError("ECONNREFUSED", "connect ECONNREFUSED");
  const isPlain = typeof route === "object" && route.port === dnsPort && !network.hasFaults;
  const direct = isPlain ? options.serverAt(route.ip) : undefined;
  return direct?.answer(query) ?? overUdp(query, { from, server, timeoutMs }, options);
}

function overUdp(
  query: DnsMessage,
  { from, server, timeoutMs }: Exchange,
  { network, clock }: ResolverOptions,
): Promise<DnsMessage> {
  return new Promise((resolve, reject) => {
    const socket = network.bind({ ip: from, port: 0 }, ({ bytes }) => {
      const answer = decoded(bytes);
      if (answer?.id !== query.id) return;
      end();
      resolve(answer);
    });
    const cancel = clock.after(timeoutMs, () => {
      end();
      reject(new NetworkError("ETIMEDOUT", "no answer from the DNS server"));
    });
    const end = (): void => {
      cancel();
      socket.close();
    };
    network.send({ from: socket.address, to: { ip: server, port: dnsPort }, bytes: encodeDnsMessage(query) });
  });
}

function decoded(bytes: Uint8Array): DnsMessage | undefined {
  try {
    return decodeDnsMessage(bytes);
  } catch (error) {
    if (error instanceof MalformedDnsMessage) return undefined;
    throw error;
  }
}
