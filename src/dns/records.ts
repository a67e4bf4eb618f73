import ipaddr from "ipaddr.js";

import type { Endpoint, EndpointSlice, Service } from "../api/types.gen.ts";
import type { DnsQuestion, DnsRecord, ResponseCode } from "../network/dns-message.ts";
import { isReady, type Zone } from "./zone.ts";

/** What the server says to one question. */
export interface DnsAnswer {
  readonly code: ResponseCode;
  /** False for names that are not the cluster's. */
  readonly authoritative: boolean;
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

export interface RecordOptions {
  readonly zone: Zone;
  /** `cluster.local` */
  readonly domain: string;
  readonly dnsServiceIp: string;
}

/** Seconds, as kubeadm configures CoreDNS. */
const ttl = 30;
const longestAliasChain = 8;

/** A name's addresses, ports or alias; undefined: there is no such name. */
type Found = readonly Target[] | undefined;

/** One thing that a name stands for. */
interface Target {
  readonly ip?: string;
  readonly alias?: string;
  /** The name under which SRV records point at it. */
  readonly host: string;
  readonly ports: readonly { readonly name: string; readonly protocol: string; readonly port: number }[];
}

/**
 * The cluster's DNS names, answered from what is there now.
 * https://github.com/kubernetes/dns/blob/master/docs/specification.md
 */
export function answerQuestion(question: DnsQuestion, options: RecordOptions): DnsAnswer {
  const name = question.name.toLowerCase();
  const { domain } = options;
  if (name.endsWith(".in-addr.arpa.")) return reverse(question, options);
  if (name !== `${domain}.` && !name.endsWith(`.${domain}.`)) return outside;
  const labels = name === `${domain}.` ? [] : name.slice(0, -domain.length - 2).split(".");
  const special = specialRecords(question, labels, options);
  if (special) return special.length > 0 ? found(special) : nothing("NOERROR", options);
  const targets = targetsOf(labels, options);
  if (targets === undefined) return nothing("NXDOMAIN", options);
  const alias = targets.find((target) => target.alias !== undefined)?.alias;
  if (alias !== undefined) return aliased(question, alias, options);
  const answers = recordsFor(question, targets);
  if (answers.length === 0) return nothing("NOERROR", options);
  return { ...found(answers), additionals: question.type === "SRV" ? addressesOf(targets) : [] };
}

const outside: DnsAnswer = { code: "NXDOMAIN", authoritative: false, answers: [], authorities: [], additionals: [] };

function found(answers: readonly DnsRecord[]): DnsAnswer {
  return { code: "NOERROR", authoritative: true, answers, authorities: [], additionals: [] };
}

/** Says how long it may be remembered that there is nothing. */
function nothing(code: ResponseCode, { domain }: RecordOptions): DnsAnswer {
  return { code, authoritative: true, answers: [], authorities: [startOfAuthority(domain)], additionals: [] };
}

function startOfAuthority(domain: string): DnsRecord {
  const times = { serial: 1_735_689_600, refresh: 7200, retry: 1800, expire: 86_400, minimum: ttl };
  return { name: `${domain}.`, ttl, type: "SOA", primary: `ns.dns.${domain}.`, mailbox: `hostmaster.${domain}.`, ...times };
}

/** The names of the zone itself. undefined: another name. */
function specialRecords(
  { name, type }: DnsQuestion,
  labels: readonly string[],
  { domain, dnsServiceIp }: RecordOptions,
): readonly DnsRecord[] | undefined {
  switch (labels.join(".")) {
    case "":
      if (type === "SOA") return [startOfAuthority(domain)];
      return type === "NS" ? [{ name, ttl, type: "NS", target: `ns.dns.${domain}.` }] : [];
    case "dns-version":
      return type === "TXT" ? [{ name, ttl, type: "TXT", texts: ["1.1.0"] }] : [];
    case "ns.dns":
      return type === "A" ? [{ name, ttl, type: "A", address: dnsServiceIp }] : [];
    case "svc":
    case "pod":
    case "dns":
      return [];
    default:
      return undefined;
  }
}

/** `web-0.web.default.svc`, `10-244-1-5.default.pod`. */
function targetsOf(labels: readonly string[], options: RecordOptions): Found {
  const [root, namespace = "", name, ...more] = labels.toReversed();
  if (!options.zone.hasNamespace(namespace)) return undefined;
  if (root === "pod") return podTargets(name, more);
  if (root !== "svc") return undefined;
  if (name === undefined) return [];
  const service = options.zone.service(namespace, name);
  return service && serviceTargets(service, more.toReversed(), options);
}

/** Any address has a name in any namespace, whether a pod has it or not. */
function podTargets(dashed: string | undefined, more: readonly string[]): Found {
  if (dashed === undefined) return [];
  const ip = dashed.replaceAll("-", ".");
  if (more.length > 0 || !ipaddr.IPv4.isValidFourPartDecimal(ip)) return undefined;
  return [{ ip, host: "", ports: [] }];
}

function serviceTargets(service: Service, more: readonly string[], { zone, domain }: RecordOptions): Found {
  const { spec, metadata } = service;
  const { namespace = "", name } = metadata;
  const host = `${name}.${namespace}.svc.${domain}.`;
  if (spec.type === "ExternalName") return more.length > 0 ? undefined : [{ alias: absolute(spec.externalName ?? ""), host, ports: [] }];
  const [first, second, ...rest] = more;
  if (rest.length > 0) return undefined;
  const endpoints = (): Target[] => endpointTargets(zone.slices(namespace, name), host);
  if (first !== undefined && second === undefined && !first.startsWith("_")) {
    const named = endpoints().filter((target) => target.host === `${first}.${host}`);
    return named.length > 0 ? named : undefined;
  }
  const ports = (spec.ports ?? []).map((one) => ({ name: one.name ?? "", protocol: one.protocol ?? "TCP", port: one.port }));
  const all = spec.clusterIP === "None" ? endpoints() : [{ ip: spec.clusterIP ?? "", host, ports }];
  return first === undefined ? headlessOr(all) : withPort(all, first, second);
}

/** A headless Service without ready pods has no name, as with CoreDNS. */
function headlessOr(all: readonly Target[]): Found {
  return all.length > 0 ? all : undefined;
}

function endpointTargets(slices: readonly EndpointSlice[], host: string): Target[] {
  return slices
    .filter(({ addressType }) => addressType === "IPv4")
    .flatMap(({ endpoints, ports = [] }) =>
      endpoints.filter(isReady).map((endpoint) => ({
        ip: endpoint.addresses[0] ?? "",
        host: `${nameOf(endpoint)}.${host}`,
        ports: ports.map(({ name = "", protocol = "TCP", port = 0 }) => ({ name, protocol, port })),
      })),
    );
}

function nameOf({ hostname, addresses }: Endpoint): string {
  return hostname || (addresses[0] ?? "").replaceAll(".", "-");
}

/** `_http._tcp.web…`: only what has that port. */
function withPort(targets: readonly Target[], first: string, second: string | undefined): Found {
  if (!first.startsWith("_") || !second?.startsWith("_")) return undefined;
  const chosen = targets.flatMap((target) => {
    const ports = target.ports.filter(({ name, protocol }) => `_${name}` === first && `_${protocol.toLowerCase()}` === second);
    return ports.length > 0 ? [{ ...target, ports }] : [];
  });
  return chosen.length > 0 ? chosen : undefined;
}

function recordsFor({ name, type }: DnsQuestion, targets: readonly Target[]): DnsRecord[] {
  if (type === "A" || type === "ANY") return targets.map(({ ip = "" }) => ({ name, ttl, type: "A", address: ip }));
  if (type !== "SRV") return [];
  const ports = targets.flatMap((target) => target.ports.map(({ port }) => ({ port, target: target.host })));
  const weight = Math.max(1, Math.floor(100 / Math.max(1, ports.length)));
  return ports.map((one) => ({ name, ttl, type: "SRV", priority: 0, weight, ...one }));
}

function addressesOf(targets: readonly Target[]): DnsRecord[] {
  return targets.map(({ host, ip = "" }) => ({ name: host, ttl, type: "A", address: ip }));
}

/** An ExternalName: the alias, and what it leads to where that is a name of the cluster. */
function aliased(question: DnsQuestion, alias: string, options: RecordOptions, depth = 0): DnsAnswer {
  const record: DnsRecord = { name: question.name, ttl, type: "CNAME", target: alias };
  if (question.type === "CNAME" || depth >= longestAliasChain) return found([record]);
  const next = answerQuestion({ name: alias, type: question.type }, options);
  return found([record, ...next.answers]);
}

function absolute(name: string): string {
  return name.endsWith(".") ? name : `${name}.`;
}

function reverse({ name, type }: DnsQuestion, { zone, domain }: RecordOptions): DnsAnswer {
  const ip = name.toLowerCase().replace(/\.in-addr\.arpa\.$/u, "").split(".").toReversed().join(".");
  const service = zone.serviceAt(ip);
  const targets = service
    ? [`${service.metadata.name}.${service.metadata.namespace ?? ""}.svc.${domain}.`]
    : zone.endpointsAt(ip).map((one) => `${nameOf(one.endpoint)}.${one.service}.${one.namespace}.svc.${domain}.`);
  if (targets.length === 0) return outside;
  if (type !== "PTR") return { ...outside, code: "NOERROR" };
  return found(targets.map((target) => ({ name, ttl, type: "PTR", target })));
}
