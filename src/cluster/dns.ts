import { dnsServiceIp } from "../apiserver/bootstrap.ts";
import type { Informers } from "../client/informer.ts";
import { createDnsServer, createOutsideServer, type DnsServer } from "../dns/dns-server.ts";
import { createResolver, type Lookup } from "../dns/resolver.ts";
import { clusterZone } from "../dns/zone.ts";
import type { DnsBackend } from "../images/coredns.ts";
import { answerDnsStream } from "../network/dns-stream.ts";
import type { Network } from "../network/network.ts";
import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import { clusterDomain, hostIp } from "./addresses.ts";

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
  const outside = serveOutside(parts.network);
  const serverAt = (ip: string): typeof server | undefined =>
    serving.has(ip) ? server : ip === hostIp ? outside : undefined;
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

const dnsPort = 53;

/** The resolver of the machine that the nodes run on: the one that they, and pods with their DNS, ask. */
function serveOutside(network: Network): DnsServer {
  const server = createOutsideServer();
  const address = { ip: hostIp, port: dnsPort };
  const socket = network.bind(address, ({ from, bytes }) => {
    const answer = server.answerBytes(bytes, "udp");
    if (answer) network.send({ from: socket.address, to: from, bytes: answer });
  });
  network.listen(address, {
    accept: (connection) => answerDnsStream(connection, (query) => server.answerBytes(query, "tcp")),
  });
  return server;
}
