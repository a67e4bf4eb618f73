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
const versionTtl = 28_800;
const longestAliasChain = 7;

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
export function answerQuestion(question: DnsQuestion, options: RecordOptions, depth = 0): DnsAnswer {
  const name = question.name.toLowerCase();
  const { domain } = options;
  if (name.endsWith(".in-addr.arpa.")) return reverse(question, options);
  if (!isInside(name, options)) return outside;
  const labels = name === `${domain}.` ? [] : name.slice(0, -domain.length - 2).split(".");
  const special = specialAnswer(question, labels, options);
  if (special) return special;
  const targets = targetsOf(labels, options);
  if (targets === undefined) return nothing("NXDOMAIN", options);
  const alias = targets.find((target) => target.alias !== undefined)?.alias;
  if (alias !== undefined) return aliased(question, alias, options, depth);
  const answers = recordsFor(question, targets);
  if (answers.length === 0) return nothing("NOERROR", options);
  return found(answers, question.type === "SRV" ? addressesOf(targets) : []);
}

function isInside(name: string, { domain }: RecordOptions): boolean {
  return name === `${domain}.` || name.endsWith(`.${domain}.`);
}

/** Names that are not the cluster's lead nowhere: there is no Internet. */
export const outside: DnsAnswer = {
  code: "NXDOMAIN",
  authoritative: false,
  answers: [],
  authorities: [],
  additionals: [],
};

function found(answers: readonly DnsRecord[], additionals: readonly DnsRecord[] = []): DnsAnswer {
  return { code: "NOERROR", authoritative: true, answers, authorities: [], additionals };
}

/** Says how long it may be remembered that there is nothing. */
function nothing(code: ResponseCode, options: RecordOptions): DnsAnswer {
  return { code, authoritative: true, answers: [], authorities: [startOfAuthority(options)], additionals: [] };
}

function startOfAuthority({ domain, zone }: RecordOptions): DnsRecord {
  const times = { serial: zone.serial, refresh: 7200, retry: 1800, expire: 86_400, minimum: ttl };
  return {
    name: `${domain}.`,
    ttl,
    type: "SOA",
    primary: `ns.dns.${domain}.`,
    mailbox: `hostmaster.${domain}.`,
    ...times,
  };
}

/** The names of the zone itself. undefined: another name. */
function specialAnswer(
  { name, type }: DnsQuestion,
  labels: readonly string[],
  options: RecordOptions,
): DnsAnswer | undefined {
  const { domain, dnsServiceIp } = options;
  const answer = (wanted: DnsQuestion["type"], record: DnsRecord, glue?: DnsRecord): DnsAnswer =>
    type === wanted ? found([record], glue ? [glue] : []) : nothing("NOERROR", options);
  const server = `kube-dns.kube-system.svc.${domain}.`;
  const glue: DnsRecord = { name: server, ttl, type: "A", address: dnsServiceIp };
  switch (labels.join(".")) {
    case "":
      if (type === "NS") return answer("NS", { name, ttl, type: "NS", target: server }, glue);
      return answer("SOA", { ...startOfAuthority(options), name });
    case "dns-version":
      return answer("TXT", { name, ttl: versionTtl, type: "TXT", texts: ["1.1.0"] });
    case "ns.dns":
      return answer("A", { ...glue, name });
    case "svc":
    case "pod":
    case "dns":
      return nothing("NOERROR", options);
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
  if (spec.type === "ExternalName")
    return more.length > 0 ? undefined : [{ alias: absolute(spec.externalName ?? ""), host, ports: [] }];
  const [first, second, ...rest] = more;
  if (rest.length > 0) return undefined;
  const endpoints = (): Target[] => endpointTargets(zone.slices(namespace, name), host);
  if (first !== undefined && second === undefined) {
    const named = endpoints().filter((target) => target.host === `${first}.${host}`);
    return named.length > 0 ? named : undefined;
  }
  const ports = (spec.ports ?? []).map((one) => ({
    name: one.name ?? "",
    protocol: one.protocol ?? "TCP",
    port: one.port,
  }));
  const all = spec.clusterIP === "None" ? endpoints() : [{ ip: spec.clusterIP ?? "", host, ports }];
  return first === undefined ? headlessOr(all) : withPort(all, first, second ?? "");
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

/** `_http._tcp.web…`, with or without the underscores: only what has that port. */
function withPort(targets: readonly Target[], first: string, second: string): Found {
  const [port, protocol] = [first.replace(/^_/u, ""), second.replace(/^_/u, "")];
  const chosen = targets.flatMap((target) => {
    const ports = target.ports.filter((one) => one.name === port && one.protocol.toLowerCase() === protocol);
    return ports.length > 0 ? [{ ...target, ports }] : [];
  });
  return chosen.length > 0 ? chosen : undefined;
}

function recordsFor({ name, type }: DnsQuestion, targets: readonly Target[]): DnsRecord[] {
  if (type === "A") {
    return distinct(targets.map(({ ip = "" }) => ip)).map((address) => ({ name, ttl, type: "A", address }));
  }
  if (type !== "SRV") return [];
  const ports = targets.flatMap((target) => target.ports.map(({ port }) => ({ port, target: target.host })));
  const weight = Math.max(1, Math.floor(100 / Math.max(1, ports.length)));
  return ports.map((one) => ({ name, ttl, type: "SRV", priority: 0, weight, ...one }));
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function addressesOf(targets: readonly Target[]): DnsRecord[] {
  return targets.map(({ host, ip = "" }) => ({ name: host, ttl, type: "A", address: ip }));
}

/** An ExternalName: the alias, and what it leads to. One that leads to nothing in the cluster is no answer. */
function aliased(question: DnsQuestion, alias: string, options: RecordOptions, depth: number): DnsAnswer {
  const record: DnsRecord = { name: question.name, ttl, type: "CNAME", target: alias };
  if (question.type === "CNAME") return found([record]);
  if (question.type !== "A" && question.type !== "AAAA") return nothing("NOERROR", options);
  const isLoop = alias.toLowerCase() === question.name.toLowerCase() || depth >= longestAliasChain;
  if (isLoop) return nothing("NOERROR", options);
  if (!isInside(alias.toLowerCase(), options)) return found([record]);
  const { answers } = answerQuestion({ name: alias, type: question.type }, options, depth + 1);
  return answers.length > 0 ? found([record, ...answers]) : nothing("NOERROR", options);
}

function absolute(name: string): string {
  return name.endsWith(".") ? name : `${name}.`;
}

function reverse({ name, type }: DnsQuestion, { zone, domain }: RecordOptions): DnsAnswer {
  const ip = name
    .toLowerCase()
    .replace(/\.in-addr\.arpa\.$/u, "")
    .split(".")
    .toReversed()
    .join(".");
  const service = zone.serviceAt(ip);
  const targets = service
    ? [`${service.metadata.name}.${service.metadata.namespace ?? ""}.svc.${domain}.`]
    : zone.endpointsAt(ip).map((one) => `${nameOf(one.endpoint)}.${one.service}.${one.namespace}.svc.${domain}.`);
  if (targets.length === 0) return outside;
  if (type !== "PTR") return { ...outside, code: "NOERROR" };
  return found(targets.map((target) => ({ name, ttl, type: "PTR", target })));
}
