import type { EndpointSlice, Service, ServicePort } from "../api/types.gen.ts";

export interface Backend {
  readonly ip: string;
  readonly port: number;
  readonly node: string;
  /** Zones this endpoint should be used from; none: any. */
  readonly zones: readonly string[];
}

/** Where the connections to one port of one Service go. */
export interface PortRule {
  /** `default/web:http/TCP`: what its turn and its sticky clients are remembered under. */
  readonly id: string;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  /** The endpoints in use: the ready ones, or those still serving while they terminate when no other is left. */
  readonly backends: readonly Backend[];
  /** The same, judged node by node, for traffic that may not leave its node. */
  readonly localBackends: ReadonlyMap<string, readonly Backend[]>;
  /** By zone, when every endpoint has a hint; undefined: zones do not matter. */
  readonly zoneBackends: ReadonlyMap<string, readonly Backend[]> | undefined;
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  /** How long a client stays with its backend, in ms. */
  readonly affinityMs?: number;
}

/** The addresses under which a rule is reached. */
export interface Frontend {
  readonly rule: PortRule;
  readonly port: number;
  readonly nodePort?: number;
  readonly clusterIp: string;
  readonly externalIps: readonly string[];
  /** Addresses of the load balancer, and the only clients it lets through; none: all. */
  readonly balancerIps: readonly string[];
  readonly sourceRanges: readonly string[];
}

/** Services and slices with one of these are none of kube-proxy's business. */
const foreignLabels = ["service.kubernetes.io/service-proxy-name", "service.kubernetes.io/headless"];
const rangesAnnotation = "service.beta.kubernetes.io/load-balancer-source-ranges";

/** Serving what a Service asks for, as kube-proxy reads it. https://kubernetes.io/docs/reference/networking/virtual-ips/ */
export function frontendsFor(service: Service, slices: readonly EndpointSlice[]): readonly Frontend[] {
  const { spec, status, metadata } = service;
  const clusterIp = spec.clusterIP ?? "";
  if (isForeign(metadata.labels) || spec.type === "ExternalName" || clusterIp === "" || clusterIp === "None") return [];
  const own = slices.filter((slice) => !isForeign(slice.metadata.labels));
  const ingress = spec.type === "LoadBalancer" ? (status?.loadBalancer?.ingress ?? []) : [];
  const addresses = {
    clusterIp,
    externalIps: spec.externalIPs ?? [],
    balancerIps: ingress.flatMap(({ ip, ipMode }) => (ip && ipMode !== "Proxy" ? [ip] : [])),
    sourceRanges: spec.type === "LoadBalancer" ? sourceRangesOf(service) : [],
  };
  return (spec.ports ?? []).map((port) => ({
    rule: ruleFor(service, port, own),
    port: port.port,
    ...(port.nodePort ? { nodePort: port.nodePort } : {}),
    ...addresses,
  }));
}

function isForeign(labels: Readonly<Record<string, string>> | undefined): boolean {
  return labels !== undefined && foreignLabels.some((label) => Object.hasOwn(labels, label));
}

/** The annotation is the older way to say the same. */
function sourceRangesOf({ spec, metadata }: Service): readonly string[] {
  const { loadBalancerSourceRanges: ranges = [] } = spec;
  const annotation = metadata.annotations?.[rangesAnnotation]?.trim() ?? "";
  return ranges.length > 0 || annotation === "" ? ranges : annotation.split(",");
}

function ruleFor({ metadata, spec }: Service, port: ServicePort, slices: readonly EndpointSlice[]): PortRule {
  const protocol = port.protocol ?? "TCP";
  const candidates = slices.flatMap((slice) => candidatesIn(slice, { name: port.name ?? "", protocol }));
  const backends = usable(candidates);
  const sticky = spec.sessionAffinity === "ClientIP";
  return {
    id: `${metadata.namespace ?? ""}/${metadata.name}:${port.name ?? ""}/${protocol}`,
    protocol,
    backends,
    localBackends: byNode(candidates),
    zoneBackends: byZone(backends),
    internalLocal: spec.internalTrafficPolicy === "Local",
    externalLocal: spec.externalTrafficPolicy === "Local",
    ...(sticky ? { affinityMs: (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) * 1000 } : {}),
  };
}

interface Candidate {
  readonly backend: Backend;
  readonly ready: boolean;
  /** Still serving while it terminates. */
  readonly leaving: boolean;
}

function candidatesIn(slice: EndpointSlice, wanted: { name: string; protocol: string }): Candidate[] {
  if (slice.addressType !== "IPv4") return [];
  const found = (slice.ports ?? []).find(
    ({ name = "", protocol = "TCP" }) => name === wanted.name && protocol === wanted.protocol,
  );
  const number = found?.port;
  if (number === undefined) return [];
  return slice.endpoints.flatMap(({ addresses, conditions, nodeName = "", hints }) => {
    const [ip] = addresses;
    if (ip === undefined) return [];
    const ready = conditions?.ready ?? true;
    const leaving = (conditions?.serving ?? ready) && conditions?.terminating === true;
    const zones = (hints?.forZones ?? []).map(({ name }) => name);
    return [{ backend: { ip, port: number, node: nodeName, zones }, ready, leaving }];
  });
}

/** https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-to-terminating-endpoints */
function usable(candidates: readonly Candidate[]): readonly Backend[] {
  const ready = candidates.filter((one) => one.ready);
  const chosen = ready.length > 0 ? ready : candidates.filter((one) => one.leaving);
  return chosen.map(({ backend }) => backend);
}

function byNode(candidates: readonly Candidate[]): ReadonlyMap<string, readonly Backend[]> {
  const nodes = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const { node } = candidate.backend;
    const known = nodes.get(node);
    if (known) known.push(candidate);
    else nodes.set(node, [candidate]);
  }
  return new Map([...nodes].map(([node, own]) => [node, usable(own)]));
}

/** Hints count only when every endpoint has some. */
function byZone(backends: readonly Backend[]): ReadonlyMap<string, readonly Backend[]> | undefined {
  if (backends.length === 0 || backends.some(({ zones }) => zones.length === 0)) return undefined;
  const zones = new Set(backends.flatMap((backend) => backend.zones));
  return new Map([...zones].map((zone) => [zone, backends.filter((backend) => backend.zones.includes(zone))]));
}

/** The endpoints for clients in a zone: all of them where none is meant for it. */
export function nearest({ backends, zoneBackends }: PortRule, zone: string | undefined): readonly Backend[] {
  return (zone !== undefined ? zoneBackends?.get(zone) : undefined) ?? backends;
}
