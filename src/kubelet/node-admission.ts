import { quantityValue } from "../api/quantity.ts";
import type { Container, Pod, PodSpec } from "../api/types.gen.ts";

/** Why a node will not have a pod, as the pod's status tells it. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

export interface NodeLoad {
  readonly allocatable: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** The pods that are there and have not ended. */
  readonly pods: readonly Pod[];
}

/**
 * The kubelet's own check of what the scheduler has decided, or somebody who wrote `nodeName` himself.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename
 */
export function refusalOf(pod: Pod, { allocatable, labels, pods }: NodeLoad): Refusal | undefined {
  const places = Number(allocatable["pods"] ?? Infinity);
  if (pods.length + 1 > places) return shortage("pods", { requested: 1, used: pods.length, capacity: places });
  for (const [name, requested] of requestsOf(pod.spec)) {
    const unit = name === "cpu" ? 1000 : 1;
    const capacity = Math.floor(quantityValue(allocatable[name] ?? "0") * unit);
    const used = pods.reduce((sum, one) => sum + (requestsOf(one.spec).get(name) ?? 0), 0);
    if (requested > 0 && used + requested > capacity) return shortage(name, { requested, used, capacity });
  }
  const selects = Object.entries(pod.spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
  if (!selects) return unfit("NodeAffinity", "node(s) didn't match Pod's node affinity/selector");
  const wanted = hostPortsOf(pod.spec);
  const isTaken = wanted.length > 0 && pods.some(({ spec }) => hostPortsOf(spec).some((port) => wanted.includes(port)));
  if (!isTaken) return undefined;
  return unfit("NodePorts", "node(s) didn't have free ports for the requested pod ports");
}

interface Amounts {
  readonly requested: number;
  readonly used: number;
  readonly capacity: number;
}

function shortage(name: string, { requested, used, capacity }: Amounts): Refusal {
  const what = `${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  return { reason: `OutOf${name}`, message: `Node didn't have enough resource: ${what}` };
}

function unfit(plugin: string, why: string): Refusal {
  return { reason: plugin, message: `Predicate ${plugin} failed: ${why}` };
}

const remembered = new WeakMap<PodSpec, ReadonlyMap<string, number>>();

/** By resource; cpu in thousandths. Containers together, or the init container that wants most, with its sidecars. */
function requestsOf(spec: PodSpec): ReadonlyMap<string, number> {
  let requests = remembered.get(spec);
  if (!requests) {
    requests = computeRequests(spec);
    remembered.set(spec, requests);
  }
  return requests;
}

function computeRequests({ containers, initContainers = [], overhead = {} }: PodSpec): ReadonlyMap<string, number> {
  const total = new Map<string, number>();
  for (const container of containers) add(total, amountsOf(container));
  const sidecars = new Map<string, number>();
  const peaks = new Map<string, number>();
  for (const container of initContainers) {
    const amounts = amountsOf(container);
    if (container.restartPolicy === "Always") {
      add(sidecars, amounts);
      add(total, amounts);
    } else {
      for (const [name, amount] of amounts)
        peaks.set(name, Math.max(peaks.get(name) ?? 0, amount + (sidecars.get(name) ?? 0)));
    }
  }
  for (const [name, peak] of peaks) total.set(name, Math.max(total.get(name) ?? 0, peak));
  add(total, parsed(overhead));
  return total;
}

function add(total: Map<string, number>, amounts: ReadonlyMap<string, number>): void {
  for (const [name, amount] of amounts) total.set(name, (total.get(name) ?? 0) + amount);
}

function amountsOf({ resources }: Container): ReadonlyMap<string, number> {
  return parsed(resources?.requests ?? {});
}

function parsed(quantities: Readonly<Record<string, string>>): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(quantities).map(([name, text]) => [
      name,
      Math.ceil(quantityValue(text) * (name === "cpu" ? 1000 : 1)),
    ]),
  );
}

function hostPortsOf({ containers, hostNetwork }: PodSpec): string[] {
  return containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, containerPort, protocol = "TCP", hostIP = "" }) => {
      const port = hostPort || (hostNetwork ? containerPort : 0);
      return port ? [`${protocol} ${hostIP || "0.0.0.0"}:${port}`] : [];
    }),
  );
}
