import { sameTree } from "../../api/object.ts";
import type { DiscoveryV1EndpointPort, Endpoint, EndpointSlice } from "../../api/types.gen.ts";

export type SlicePort = DiscoveryV1EndpointPort;

const mostPerSlice = 100;

/** Endpoints whose ports have the same numbers. */
export interface SliceGroup {
  readonly ports: readonly SlicePort[];
  readonly endpoints: readonly Endpoint[];
}

/** A slice as it should be; without `current` it is new. */
export interface PlannedSlice {
  readonly current?: EndpointSlice;
  readonly ports: readonly SlicePort[];
  readonly endpoints: Endpoint[];
}

export interface SlicePlan {
  readonly kept: readonly PlannedSlice[];
  readonly dropped: readonly EndpointSlice[];
}

/**
 * Spreads endpoints over slices with as little change as may be: each stays in the slice it is in; new ones fill slices
 * that change anyway, then one that has room for all of them, then new slices, a hundred to each. A slice that is no
 * longer needed becomes a new one. A Service without endpoints has one empty slice.
 */
export function planSlices(existing: readonly EndpointSlice[], groups: readonly SliceGroup[]): SlicePlan {
  const kept: PlannedSlice[] = [];
  const dropped: EndpointSlice[] = [];
  for (const group of groups) {
    const own = existing.filter(({ ports }) => sameTree(ports ?? [], group.ports));
    const filled = fill(own, group);
    kept.push(...filled.filter(({ endpoints }) => endpoints.length > 0));
    dropped.push(...filled.flatMap(({ endpoints, current }) => (endpoints.length === 0 && current ? [current] : [])));
  }
  const others = existing.filter(({ ports }) => !groups.some((group) => sameTree(ports ?? [], group.ports)));
  return reused(kept.length > 0 ? kept : [{ ports: [], endpoints: [] }], [...dropped, ...others]);
}

function fill(slices: readonly EndpointSlice[], { ports, endpoints }: SliceGroup): PlannedSlice[] {
  const waiting = new Map(endpoints.map((endpoint) => [identityOf(endpoint), endpoint]));
  const planned = slices.map((current): PlannedSlice => ({ current, ports, endpoints: takeKnown(current, waiting) }));
  const changing = planned.filter(({ current, endpoints: own }) => !sameTree(current?.endpoints, own));
  for (const slice of changing.toSorted(fullestFirst)) top(slice, waiting);
  while (waiting.size > 0) {
    const isUntouched = (one: PlannedSlice): boolean => !changing.includes(one) && one.endpoints.length > 0;
    const hasRoom = (one: PlannedSlice): boolean => one.endpoints.length + waiting.size <= mostPerSlice;
    const [roomy] = planned.filter((one) => isUntouched(one) && hasRoom(one)).toSorted(fullestFirst);
    const slice: PlannedSlice = roomy ?? { ports, endpoints: [] };
    top(slice, waiting);
    if (!roomy) planned.push(slice);
  }
  return planned;
}

/** Endpoints of pods are known by their pod, so that one whose state changes stays where it is. */
function identityOf({ targetRef, addresses }: Endpoint): string {
  return targetRef?.uid ?? addresses.join(",");
}

function takeKnown({ endpoints }: EndpointSlice, waiting: Map<string, Endpoint>): Endpoint[] {
  return endpoints.flatMap((known) => {
    const id = identityOf(known);
    const endpoint = waiting.get(id);
    waiting.delete(id);
    return endpoint ? [endpoint] : [];
  });
}

function top({ endpoints }: PlannedSlice, waiting: Map<string, Endpoint>): void {
  for (const [id, endpoint] of waiting) {
    if (endpoints.length >= mostPerSlice) return;
    endpoints.push(endpoint);
    waiting.delete(id);
  }
}

function fullestFirst(a: PlannedSlice, b: PlannedSlice): number {
  return b.endpoints.length - a.endpoints.length;
}

function reused(kept: readonly PlannedSlice[], dropped: readonly EndpointSlice[]): SlicePlan {
  const spare = [...dropped];
  return {
    kept: kept.map((slice) => {
      const current = slice.current ?? spare.shift();
      return current ? { ...slice, current } : slice;
    }),
    dropped: spare,
  };
}
