import type { HTTPIngressPath, Ingress, IngressBackend } from "../api/types.gen.ts";
import { annotationOf } from "./annotations.ts";
import { isCanary } from "./canary.ts";

/** A Service's port, by number or name. */
export interface Upstream {
  readonly namespace: string;
  readonly service: string;
  readonly port: number | string;
}

/** Where requests for some paths of a host go. */
export interface Location {
  /** "exact": that path. "prefix": its elements first. "plain": its text first. "regex": it matches, whatever the case. */
  readonly kind: "exact" | "prefix" | "plain" | "regex";
  readonly path: string;
  readonly upstream: Upstream;
  readonly ingress: Ingress;
  /** Who takes a share of its requests. */
  readonly canary: { readonly upstream: Upstream; readonly ingress: Ingress } | undefined;
}

/** One virtual host of nginx. */
export interface VirtualHost {
  /** `shop.example`, `*.example`, or "" for all others. */
  readonly host: string;
  /** The most particular first. */
  readonly locations: readonly Location[];
  /** Where the paths go that no location has. */
  readonly fallback: Upstream | undefined;
  /** The Secret (`namespace/name`) with its certificate; "" is nginx's own. undefined: no TLS. */
  readonly tlsSecret: string | undefined;
}

type Table = ReadonlyMap<string, VirtualHost>;

/** The virtual hosts that Ingresses ask for. Where two want the same, the older one has it. */
export function virtualHosts(ingresses: readonly Ingress[]): Table {
  const all = ingresses.toSorted((a, b) => (ageKey(a) < ageKey(b) ? -1 : 1));
  const [ordered, canaries] = [all.filter((one) => !isCanary(one)), all.filter(isCanary)];
  const hosts = new Set(ordered.flatMap((ingress) => ["", ...hostsOf(ingress)]));
  return new Map([...hosts].map((host) => [host, virtualHost(host, ordered, canaries)]));
}

function ageKey({ metadata }: Ingress): string {
  return `${metadata.creationTimestamp ?? ""} ${metadata.namespace ?? ""}/${metadata.name}`;
}

function hostsOf({ spec }: Ingress): string[] {
  return [...(spec.rules ?? []).map(({ host = "" }) => host), ...(spec.tls ?? []).flatMap(({ hosts = [] }) => hosts)];
}

function virtualHost(host: string, ingresses: readonly Ingress[], canaries: readonly Ingress[]): VirtualHost {
  const own = ingresses.filter((ingress) => hostsOf(ingress).includes(host));
  const shares = canaries.flatMap((ingress) => locationsOf(host, ingress));
  const locations = own
    .flatMap((ingress) => locationsOf(host, ingress))
    .map((location) => ({ ...location, canary: shares.find((share) => isSamePlace(share, location)) }));
  const isRegex = locations.some(({ ingress }) => usesRegex(ingress));
  const fallbacks = host === "" ? ingresses.filter(({ spec }) => (spec.rules ?? []).length === 0) : own;
  const secured = own.find(({ spec }) => spec.tls?.some(({ hosts = [] }) => hosts.includes(host)));
  const tls = secured?.spec.tls?.find(({ hosts = [] }) => hosts.includes(host));
  return {
    host,
    locations: distinct(locations)
      .map((location) => (isRegex ? { ...location, kind: "regex" as const } : location))
      .toSorted(mostParticularFirst),
    fallback: fallbacks.flatMap((ingress) => upstreamOf(ingress, ingress.spec.defaultBackend) ?? [])[0],
    tlsSecret: tls && (tls.secretName ? `${secured?.metadata.namespace ?? ""}/${tls.secretName}` : ""),
  };
}

function usesRegex(ingress: Ingress): boolean {
  return annotationOf(ingress, "use-regex") === "true" || annotationOf(ingress, "rewrite-target") !== undefined;
}

function locationsOf(host: string, ingress: Ingress): Location[] {
  return (ingress.spec.rules ?? [])
    .filter((rule) => (rule.host ?? "") === host)
    .flatMap(({ http }) => http?.paths ?? [])
    .flatMap((path) => {
      const upstream = upstreamOf(ingress, path.backend);
      return upstream ? [{ kind: kindOf(path), path: path.path || "/", upstream, ingress, canary: undefined }] : [];
    });
}

function isSamePlace(one: Location, other: Location): boolean {
  return one.kind === other.kind && one.path === other.path;
}

function kindOf({ pathType }: HTTPIngressPath): Location["kind"] {
  if (pathType === "Exact") return "exact";
  return pathType === "Prefix" ? "prefix" : "plain";
}

/** Backends other than Services (`resource`) lead nowhere. */
function upstreamOf({ metadata }: Ingress, backend: IngressBackend | undefined): Upstream | undefined {
  const { service } = backend ?? {};
  if (!service) return undefined;
  const port = service.port?.name || service.port?.number || 0;
  return { namespace: metadata.namespace ?? "", service: service.name, port };
}

function distinct(locations: readonly Location[]): Location[] {
  const known = new Map<string, Location>();
  for (const location of locations) {
    const id = `${location.kind} ${location.path}`;
    if (!known.has(id)) known.set(id, location);
  }
  return [...known.values()];
}

function mostParticularFirst(a: Location, b: Location): number {
  const exact = Number(b.kind === "exact") - Number(a.kind === "exact");
  return exact || b.path.length - a.path.length;
}

/** The virtual host for a Host header: by name, by a wildcard for its first label, or the one for all others. */
export function virtualHostFor(table: Table, host: string): VirtualHost | undefined {
  const name = host.toLowerCase().replace(/:\d+$/u, "");
  const wildcard = `*${name.slice(name.indexOf("."))}`;
  return table.get(name) ?? table.get(wildcard) ?? table.get("");
}

/** The location for a path. https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types */
export function locationFor({ locations }: VirtualHost, path: string): Location | undefined {
  return locations.find((location) => isAt(location, path));
}

function isAt({ kind, path: wanted }: Location, path: string): boolean {
  switch (kind) {
    case "exact":
      return path === wanted;
    case "plain":
      return path.startsWith(wanted);
    case "regex":
      return patternOf(wanted)?.test(path) ?? false;
    case "prefix": {
      const bare = wanted.endsWith("/") ? wanted.slice(0, -1) : wanted;
      return path === bare || path.startsWith(`${bare}/`);
    }
  }
}

/** undefined: nginx would not take it either. */
function patternOf(path: string): RegExp | undefined {
  try {
    return new RegExp(`^${path}`, "iu");
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The path that the upstream is asked for: `rewrite-target`, with what the location's groups matched for `$1`, `$2`. */
export function rewritten({ path: pattern, ingress, kind }: Location, path: string): string {
  const target = annotationOf(ingress, "rewrite-target");
  if (target === undefined || kind !== "regex") return path;
  const groups = patternOf(pattern)?.exec(path) ?? [];
  return target.replaceAll(/\$(\d)/gu, (_, number: string) => groups[Number(number)] ?? "") || "/";
}
