import { parseQuantity } from "../api/quantity.ts";
import type { Container, Pod } from "../api/types.gen.ts";

/** Amounts by resource name: cpu in thousandths of a core, memory in bytes, others as counted. Whole numbers. */
export type Amounts = ReadonlyMap<string, number>;

/** What a pod counts as when nodes are rated: a container that asks for nothing still uses something. */
export interface RatedRequests {
  readonly cpu: number;
  readonly memory: number;
}

const ratedDefaults = { cpu: 100, memory: 200 * 1024 * 1024 } as const;

const asked = new WeakMap<Pod["spec"]["containers"], Amounts>();
const rated = new WeakMap<Pod["spec"]["containers"], RatedRequests>();

/** What a pod asks of its node. Remembered: a stored pod's containers never change in place. */
export function requestsOf({ spec }: Pod): Amounts {
  let requests = asked.get(spec.containers);
  if (!requests) {
    requests = podRequests(spec, amountsAsked);
    asked.set(spec.containers, requests);
  }
  return requests;
}

export function ratedRequestsOf({ spec }: Pod): RatedRequests {
  let requests = rated.get(spec.containers);
  if (!requests) {
    const amounts = podRequests(spec, amountsRated);
    requests = { cpu: amounts.get("cpu") ?? 0, memory: amounts.get("memory") ?? 0 };
    rated.set(spec.containers, requests);
  }
  return requests;
}

/** Rounded up, as upstream does. */
export function amountsOf(quantities: Readonly<Record<string, string>>): Amounts {
  return new Map(Object.entries(quantities).map(([name, quantity]) => [name, wholeAmount(name, quantity)]));
}

/**
 * Containers and sidecars run together; each other init container runs alone with the sidecars before it.
 * https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
function podRequests(
  { containers, initContainers = [], overhead }: Pod["spec"],
  amounts: (container: Container) => Amounts,
): Amounts {
  const together = new Map<string, number>();
  const sidecars = new Map<string, number>();
  const peak = new Map<string, number>();
  for (const container of initContainers) {
    const own = amounts(container);
    const isSidecar = container.restartPolicy === "Always";
    if (isSidecar) addAmounts(sidecars, own);
    raiseTo(peak, isSidecar ? sidecars : sum(sidecars, own));
  }
  addAmounts(together, sidecars);
  for (const container of containers) addAmounts(together, amounts(container));
  raiseTo(together, peak);
  if (overhead) addAmounts(together, amountsOf(overhead));
  return together;
}

function amountsAsked({ resources }: Container): Amounts {
  return amountsOf(resources?.requests ?? {});
}

function amountsRated(container: Container): Amounts {
  return new Map([...Object.entries(ratedDefaults), ...amountsAsked(container)]);
}

export function addAmounts(total: Map<string, number>, amounts: Amounts, by: 1 | -1 = 1): void {
  for (const [name, amount] of amounts) total.set(name, (total.get(name) ?? 0) + by * amount);
}

function sum(a: Amounts, b: Amounts): Amounts {
  const total = new Map(a);
  addAmounts(total, b);
  return total;
}

function raiseTo(amounts: Map<string, number>, least: Amounts): void {
  for (const [name, amount] of least) amounts.set(name, Math.max(amounts.get(name) ?? 0, amount));
}

const known = new Map<string, number>();

/** Few different amounts are ever written. */
function wholeAmount(name: string, quantity: string): number {
  const id = name === "cpu" ? `cpu ${quantity}` : quantity;
  let amount = known.get(id);
  if (amount === undefined) {
    const unit = name === "cpu" ? 1_000_000n : 1_000_000_000n;
    amount = Number((parseQuantity(quantity).nanos + unit - 1n) / unit);
    if (known.size > 10_000) known.clear();
    known.set(id, amount);
  }
  return amount;
}
