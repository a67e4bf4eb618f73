import { allowsNode } from "../../api/node-selector.ts";
import { tolerates } from "../../api/tolerations.ts";
import type { DaemonSet, Node, Pod, PodSpec, Toleration } from "../../api/types.gen.ts";
import { isTerminating } from "../pods/pod-state.ts";

/** What a node means to a DaemonSet. */
export interface Placement {
  readonly shouldRun: boolean;
  /** False: pods that are there must go. */
  readonly mayStay: boolean;
}

const no: Placement = { shouldRun: false, mayStay: false };

/** https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#how-daemon-pods-are-scheduled */
export function placementOn(node: Node, { spec }: DaemonSet): Placement {
  const template = spec.template.spec ?? { containers: [] };
  if (template.nodeName && template.nodeName !== node.metadata.name) return no;
  if (!allowsNode(template, node)) return no;
  const tolerations = daemonTolerations(template);
  const repelling = (node.spec.taints ?? []).filter(
    (taint) => taint.effect !== "PreferNoSchedule" && !tolerates(tolerations, taint),
  );
  return { shouldRun: repelling.length === 0, mayStay: repelling.every(({ effect }) => effect !== "NoExecute") };
}

/** The pod's spec for one node: the scheduler is told where by an affinity. */
export function specOn(node: string, template: PodSpec): PodSpec {
  const { affinity } = template;
  const term = { matchFields: [{ key: "metadata.name", operator: "In" as const, values: [node] }] };
  const nodeAffinity = {
    ...affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] },
  };
  return { ...template, affinity: { ...affinity, nodeAffinity }, tolerations: daemonTolerations(template) };
}

/** The node a daemon pod is for, whether or not it is bound to it yet. */
function nodeOf({ spec }: Pod): string {
  if (spec.nodeName) return spec.nodeName;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const fields = (required?.nodeSelectorTerms ?? []).flatMap(({ matchFields }) => matchFields ?? []);
  return fields.find(({ key, operator }) => key === "metadata.name" && operator === "In")?.values?.[0] ?? "";
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations */
function daemonTolerations({ tolerations = [], hostNetwork }: PodSpec): readonly Toleration[] {
  const added = [
    exists("not-ready", "NoExecute"),
    exists("unreachable", "NoExecute"),
    exists("disk-pressure", "NoSchedule"),
    exists("memory-pressure", "NoSchedule"),
    exists("pid-pressure", "NoSchedule"),
    exists("unschedulable", "NoSchedule"),
    ...(hostNetwork ? [exists("network-unavailable", "NoSchedule")] : []),
  ];
  const same = (a: Toleration, b: Toleration): boolean =>
    a.key === b.key && a.effect === b.effect && a.operator === b.operator && (a.value ?? "") === (b.value ?? "");
  const kept = tolerations.filter((one) => !added.some((other) => same(one, other)));
  return [...kept, ...added];
}

function exists(name: string, effect: "NoExecute" | "NoSchedule"): Toleration {
  return { key: `node.kubernetes.io/${name}`, operator: "Exists", effect };
}

/** A set's pods by the node they are for. Nodes that are gone may have some too. */
export type PodsByNode = ReadonlyMap<string, readonly Pod[]>;

/** Oldest first on each node, those with a node before those without. */
export function podsByNode(pods: readonly Pod[]): PodsByNode {
  const found = new Map<string, Pod[]>();
  for (const pod of pods.toSorted(byAge)) {
    const node = nodeOf(pod);
    const there = found.get(node);
    if (there) there.push(pod);
    else found.set(node, [pod]);
  }
  return found;
}

function byAge(a: Pod, b: Pod): number {
  const bound = Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName));
  const age = Date.parse(a.metadata.creationTimestamp ?? "") - Date.parse(b.metadata.creationTimestamp ?? "");
  return bound || age || (a.metadata.name < b.metadata.name ? -1 : 1);
}

/** The pod of the newest template and the one of an older on a node. undefined: there are several of either. */
export function generationsOf(
  pods: readonly Pod[],
  isNew: (pod: Pod) => boolean,
): { readonly fresh?: Pod; readonly old?: Pod } | undefined {
  const present = pods.filter((pod) => !isTerminating(pod));
  const [fresh, ...moreFresh] = present.filter((pod) => isNew(pod));
  const [old, ...moreOld] = present.filter((pod) => !isNew(pod));
  if (moreFresh.length > 0 || moreOld.length > 0) return undefined;
  return { ...(fresh ? { fresh } : {}), ...(old ? { old } : {}) };
}
