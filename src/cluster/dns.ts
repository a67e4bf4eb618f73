import { dnsServiceIp } from "../apiserver/bootstrap.ts";
import type { Informers } from "../client/informer.ts";
import { createDnsServer, type DnsServer } from "../dns/dns-server.ts";
import { createResolver, type Lookup } from "../dns/resolver.ts";
import { clusterZone } from "../dns/zone.ts";
import type { DnsBackend } from "../images/coredns.ts";
import type { Network } from "../network/network.ts";
import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import { clusterDomain } from "./addresses.ts";

/** The cluster's names: what its CoreDNS pods answer, and how its containers ask them. */
export function clusterDns(parts: {
  informers: Informers;
  network: Network;
  clock: Clock;
  random: Random;
}): DnsBackend & { readonly lookup: Lookup; readonly observer: DnsServer } {
  const options = { zone: clusterZone(parts.informers, parts.clock), domain: clusterDomain, dnsServiceIp };
  const server = createDnsServer(options);
  const serving = new Set<string>();
  const serverAt = (ip: string): typeof server | undefined => (serving.has(ip) ? server : undefined);
  return {
    answerBytes: (query, transport) => server.answerBytes(query, transport),
    serving(ip) {
      serving.add(ip);
      return () => serving.delete(ip);
    },
    // Says the same, and takes nobody's turn.
    observer: createDnsServer(options),
    lookup: createResolver({ network: parts.network, clock: parts.clock, random: parts.random, serverAt }),
  };
}
