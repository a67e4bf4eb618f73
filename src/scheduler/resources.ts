import { quantityValue } from "../api/quantity.ts";
import type { Pod } from "../api/types.gen.ts";

/** Amounts by resource name: cpu in cores, memory in bytes, others as counted. */
export type Resources = Readonly<Record<string, number>>;

const cache = new WeakMap<Pod["spec"], Resources>();

/** What a pod asks of its node, its place among the node's pods included. */
export function requestsOf({ spec }: Pod): Resources {
  let requests = cache.get(spec);
  if (!requests) {
    requests = addResources(podRequests(spec), { pods: 1 });
    cache.set(spec, requests);
  }
  return requests;
}

/**
 * Containers and sidecars run together, init containers before them one by one.
 * https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
function podRequests({ containers, initContainers = [], overhead }: Pod["spec"]): Resources {
  let running: Resources = {};
  let peak: Resources = {};
  for (const { resources, restartPolicy } of initContainers) {
    const requests = resourcesOf(resources?.requests ?? {});
    if (restartPolicy === "Always") running = addResources(running, requests);
    else peak = largest(peak, addResources(running, requests));
  }
  for (const { resources } of containers) running = addResources(running, resourcesOf(resources?.requests ?? {}));
  return addResources(largest(peak, running), resourcesOf(overhead ?? {}));
}

export function resourcesOf(quantities: Readonly<Record<string, string>>): Resources {
  return Object.fromEntries(Object.entries(quantities).map(([name, quantity]) => [name, quantityValue(quantity)]));
}

export function addResources(a: Resources, b: Resources): Resources {
  return combine(a, b, (x, y) => x + y);
}

export function subtractResources(a: Resources, b: Resources): Resources {
  return combine(a, b, (x, y) => x - y);
}

function largest(a: Resources, b: Resources): Resources {
  return combine(a, b, Math.max);
}

function combine(a: Resources, b: Resources, operate: (x: number, y: number) => number): Resources {
  const result: Record<string, number> = { ...a };
  for (const name in b) result[name] = operate(a[name] ?? 0, b[name] ?? 0);
  return result;
}
