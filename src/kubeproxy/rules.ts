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
  /** `default/web:http`: what its turn and its sticky clients are remembered under. */
  readonly id: string;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  /** The endpoints in use: the ready ones, or those still serving while they terminate when no other is left. */
  readonly backends: readonly Backend[];
  /** The same, judged node by node, for traffic that may not leave its node. */
  readonly localBackends: ReadonlyMap<string, readonly Backend[]>;
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  /** How long a client stays with its backend, in ms. */
  readonly affinityMs?: number;
  readonly sourceRanges: readonly string[];
}

/** The addresses under which a rule is reached. */
export interface Frontend {
  readonly rule: PortRule;
  readonly port: number;
  readonly nodePort?: number;
  readonly clusterIp: string;
  /** externalIPs and load balancer addresses. */
  readonly externalIps: readonly string[];
}

/** Serving what a Service asks for, as kube-proxy reads it. https://kubernetes.io/docs/reference/networking/virtual-ips/ */
export function frontendsFor(service: Service, slices: readonly EndpointSlice[]): readonly Frontend[] {
  const { spec, status } = service;
  const clusterIp = spec.clusterIP ?? "";
  if (clusterIp === "" || clusterIp === "None") return [];
  const ingress = spec.type === "LoadBalancer" ? (status?.loadBalancer?.ingress ?? []) : [];
  const externalIps = [...(spec.externalIPs ?? []), ...ingress.flatMap(({ ip }) => (ip ? [ip] : []))];
  return (spec.ports ?? []).map((port) => ({
    rule: ruleFor(service, port, slices),
    port: port.port,
    ...(port.nodePort ? { nodePort: port.nodePort } : {}),
    clusterIp,
    externalIps,
  }));
}

function ruleFor({ metadata, spec }: Service, port: ServicePort, slices: readonly EndpointSlice[]): PortRule {
  const protocol = port.protocol ?? "TCP";
  const candidates = slices.flatMap((slice) => candidatesIn(slice, { name: port.name ?? "", protocol }));
  const sticky = spec.sessionAffinity === "ClientIP";
  return {
    id: `${metadata.namespace ?? ""}/${metadata.name}:${port.name ?? ""}/${protocol}`,
    protocol,
    backends: usable(candidates),
    localBackends: byNode(candidates),
    internalLocal: spec.internalTrafficPolicy === "Local",
    externalLocal: spec.externalTrafficPolicy === "Local",
    ...(sticky ? { affinityMs: (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) * 1000 } : {}),
    sourceRanges: spec.type === "LoadBalancer" ? (spec.loadBalancerSourceRanges ?? []) : [],
  };
}

interface Candidate {
  readonly backend: Backend;
  readonly ready: boolean;
  readonly serving: boolean;
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
    const serving = conditions?.serving ?? ready;
    const zones = (hints?.forZones ?? []).map(({ name }) => name);
    return [{ backend: { ip, port: number, node: nodeName, zones }, ready, serving }];
  });
}

/** https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-to-terminating-endpoints */
function usable(candidates: readonly Candidate[]): readonly Backend[] {
  const ready = candidates.filter((one) => one.ready);
  const chosen = ready.length > 0 ? ready : candidates.filter((one) => one.serving);
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

/** Hints count only when every endpoint has some and one of them is for this zone. */
export function inZone(backends: readonly Backend[], zone: string | undefined): readonly Backend[] {
  if (zone === undefined || backends.some(({ zones }) => zones.length === 0)) return backends;
  const near = backends.filter(({ zones }) => zones.includes(zone));
  return near.length > 0 ? near : backends;
}
