import { allowsNode } from "../api/node-selector.ts";
import { quantityValue } from "../api/quantity.ts";
import { tolerates } from "../api/tolerations.ts";
import type { Container, Node, Pod, PodSpec } from "../api/types.gen.ts";
import { qosClassOf } from "../resources/core/pod/qos-class.ts";
import { isSafeSysctl } from "./sysctls.ts";

/** Why a node will not have a pod, as the pod's status tells it. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

export interface Occupancy {
  readonly node: Node | undefined;
  readonly allocatable: Readonly<Record<string, string>>;
  /** The pods that are there and have not ended. */
  readonly pods: readonly Pod[];
  readonly pressure: readonly string[];
}

/**
 * The kubelet's own check of what the scheduler has decided, or somebody who wrote `nodeName` himself.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename
 */
export function refusalOf(pod: Pod, occupancy: Occupancy): Refusal | undefined {
  return (
    pressureRefusal(pod, occupancy) ?? sysctlRefusal(pod) ?? roomRefusal(pod, occupancy) ?? fitRefusal(pod, occupancy)
  );
}

/** A node under pressure takes no more pods; if it is short of memory alone, none that ask for nothing. */
function pressureRefusal(pod: Pod, { pressure }: Occupancy): Refusal | undefined {
  if (pressure.length === 0 || isCritical(pod)) return undefined;
  const isMemoryAlone = pressure.length === 1 && pressure[0] === "MemoryPressure";
  const taint = { key: "node.kubernetes.io/memory-pressure", effect: "NoSchedule" } as const;
  const isLetIn = qosClassOf(pod) !== "BestEffort" || tolerates(pod.spec.tolerations, taint);
  if (isMemoryAlone && isLetIn) return undefined;
  return { reason: "Evicted", message: `The node had condition: [${pressure.join(" ")}]. ` };
}

function sysctlRefusal({ spec }: Pod): Refusal | undefined {
  const { sysctls = [] } = spec.securityContext ?? {};
  const forbidden = sysctls.find(({ name }) => !isSafeSysctl(name));
  if (!forbidden) return undefined;
  return { reason: "SysctlForbidden", message: `forbidden sysctl: ${JSON.stringify(forbidden.name)} not allowlisted` };
}

function roomRefusal(pod: Pod, occupancy: Occupancy): Refusal | undefined {
  const [first] = shortagesFor(pod, occupancy);
  if (!first) return undefined;
  const { resource, requested, used, capacity } = first;
  const what = `${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  return { reason: `OutOf${resource}`, message: `Node didn't have enough resource: ${what}` };
}

/** What a pod asks for and the node has no more of; cpu in thousandths. */
export interface Shortage {
  readonly resource: string;
  readonly requested: number;
  readonly used: number;
  readonly capacity: number;
}

/** The number of pods first. */
export function shortagesFor(
  pod: Pod,
  { allocatable, pods }: Omit<Occupancy, "node" | "pressure">,
): readonly Shortage[] {
  const found: Shortage[] = [];
  const places = Number(allocatable["pods"] ?? Infinity);
  if (pods.length + 1 > places) found.push({ resource: "pods", requested: 1, used: pods.length, capacity: places });
  for (const [name, requested] of requestsOf(pod.spec)) {
    // What a node has never heard of is not its to refuse.
    if (name.includes("/") && allocatable[name] === undefined) continue;
    const unit = name === "cpu" ? 1000 : 1;
    const capacity = Math.floor(quantityValue(allocatable[name] ?? "0") * unit);
    const used = pods.reduce((sum, one) => sum + (requestsOf(one.spec).get(name) ?? 0), 0);
    if (requested > 0 && used + requested > capacity) found.push({ resource: name, requested, used, capacity });
  }
  return found;
}

function fitRefusal(pod: Pod, { node, pods }: Occupancy): Refusal | undefined {
  if (node && !allowsNode(pod.spec, node))
    return unfit("NodeAffinity", "node(s) didn't match Pod's node affinity/selector");
  const wanted = hostPortsOf(pod.spec);
  const isTaken = wanted.length > 0 && pods.some(({ spec }) => hostPortsOf(spec).some((port) => wanted.includes(port)));
  if (isTaken) return unfit("NodePorts", "node(s) didn't have free ports for the requested pod ports");
  const drivesOut = (node?.spec.taints ?? []).some(
    (taint) => taint.effect === "NoExecute" && !tolerates(pod.spec.tolerations, taint),
  );
  if (!drivesOut || isStatic(pod)) return undefined;
  return unfit("TaintToleration", "node(s) had taints that the pod didn't tolerate");
}

/** Never evicted, and let in under pressure. https://kubernetes.io/docs/tasks/administer-cluster/guaranteed-scheduling-critical-addon-pods/ */
export function isCritical(pod: Pod): boolean {
  return isStatic(pod) || (pod.spec.priority ?? 0) >= leastCriticalPriority;
}

const leastCriticalPriority = 2_000_000_000;

function isStatic({ metadata: { annotations = {} } }: Pod): boolean {
  const source = annotations["kubernetes.io/config.source"];
  return "kubernetes.io/config.mirror" in annotations || (source !== undefined && source !== "api");
}

/** What a pod asks for of a resource other than cpu. */
export function podRequest(spec: PodSpec, resource: string): number {
  return requestsOf(spec).get(resource) ?? 0;
}

export function requestOf(container: Container, resource: string): number {
  return amountsOf(container).get(resource) ?? 0;
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
