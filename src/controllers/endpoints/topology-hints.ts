import { parseQuantity } from "../../api/quantity.ts";
import type { Endpoint, Node, Service } from "../../api/types.gen.ts";

export const zoneLabel = "topology.kubernetes.io/zone";
const modeAnnotations = ["service.kubernetes.io/topology-mode", "service.kubernetes.io/topology-aware-hints"];
const controlPlaneLabel = "node-role.kubernetes.io/control-plane";
/** How far above its share a zone may be loaded before there are no hints at all. */
const overload = 0.2;

/**
 * The zone from which each endpoint should be used. PreferClose: its own. Topology-aware routing: its own too, but for
 * what a zone has beyond its share of the nodes' CPUs, and nothing at all where shares cannot be had.
 * https://kubernetes.io/docs/concepts/services-networking/topology-aware-routing/
 */
export function hintsFor(
  { spec, metadata }: Service,
  endpoints: readonly Endpoint[],
  nodes: () => readonly Node[],
): ReadonlyMap<Endpoint, string> {
  const mode = modeAnnotations.map((name) => metadata.annotations?.[name]).find((value) => value !== undefined);
  const ready = endpoints.filter(({ conditions }) => conditions?.ready ?? true);
  if (mode?.toLowerCase() === "auto") return shared(ready, sharesOf(nodes()));
  const hints = new Map<Endpoint, string>();
  if (spec.trafficDistribution !== "PreferClose") return hints;
  for (const endpoint of ready) if (endpoint.zone) hints.set(endpoint, endpoint.zone);
  return hints;
}

/** Each zone's part of all CPUs. Empty: some node does not say enough, or there is but one zone. */
function sharesOf(nodes: readonly Node[]): ReadonlyMap<string, number> {
  const zones = new Map<string, number>();
  for (const { metadata, status } of nodes) {
    const isReady = status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") ?? false;
    if (metadata.labels?.[controlPlaneLabel] !== undefined || !isReady) continue;
    const zone = metadata.labels?.[zoneLabel];
    const cpu = status?.allocatable?.["cpu"];
    if (!zone || cpu === undefined) return new Map();
    zones.set(zone, (zones.get(zone) ?? 0) + Number(parseQuantity(cpu).nanos));
  }
  if (zones.size < 2) return new Map();
  const total = [...zones.values()].reduce((sum, cpu) => sum + cpu, 0);
  return new Map([...zones].map(([zone, cpu]) => [zone, cpu / total]));
}

function shared(ready: readonly Endpoint[], shares: ReadonlyMap<string, number>): ReadonlyMap<Endpoint, string> {
  const hints = new Map<Endpoint, string>();
  const minimums = new Map(
    [...shares].map(([zone, share]) => [zone, Math.ceil((share * ready.length) / (1 + overload))]),
  );
  const needed = [...minimums.values()].reduce((sum, minimum) => sum + minimum, 0);
  const isPossible = shares.size > 0 && ready.length >= shares.size && needed <= ready.length;
  if (!isPossible || ready.some(({ zone }) => !zone || !shares.has(zone))) return hints;
  for (const endpoint of ready) hints.set(endpoint, endpoint.zone ?? "");
  const spare = (zone: string): number => {
    const has = [...hints.values()].filter((one) => one === zone).length;
    return has - Math.max((shares.get(zone) ?? 0) * ready.length, minimums.get(zone) ?? 0);
  };
  for (;;) {
    const zones = [...shares.keys()].toSorted((a, b) => spare(b) - spare(a));
    const [giver = "", taker = ""] = [zones[0], zones.at(-1)];
    const given = [...hints].find(([, zone]) => zone === giver)?.[0];
    if (!given || spare(giver) < 1 || spare(taker) > -overload) return hints;
    hints.set(given, taker);
  }
}
