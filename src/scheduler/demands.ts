import type { Pod } from "../api/types.gen.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { NodeInfo } from "./node-info.ts";
import { isRefusal, type NodeFilter, type SchedulerPlugin } from "./plugin.ts";
import { priorityOf } from "./priority.ts";
import type { Refusal } from "./refusal.ts";

/** A refusal and the plugin that says so. */
export interface Objection {
  readonly plugin: string;
  readonly refusal: Refusal;
}

/** All that a pod asks of nodes, in the order of the plugins. */
export interface Demands {
  readonly pod: Pod;
  readonly filters: readonly { readonly plugin: string; readonly filter: NodeFilter }[];
  /** The only nodes worth asking, if not all are, and the plugins that say so. */
  readonly nodes?: ReadonlySet<string>;
  readonly narrowedBy: readonly string[];
}

/** An objection: no node can help. */
export function demandsOf(pod: Pod, view: ClusterView, plugins: readonly SchedulerPlugin[]): Demands | Objection {
  const filters: { plugin: string; filter: NodeFilter }[] = [];
  const narrowedBy: string[] = [];
  let nodes: ReadonlySet<string> | undefined;
  for (const { name, filter: ask } of plugins) {
    const answer = ask?.(pod, view);
    if (!answer) continue;
    if (isRefusal(answer)) return { plugin: name, refusal: answer };
    filters.push({ plugin: name, filter: answer });
    if (!answer.nodes) continue;
    narrowedBy.push(name);
    nodes = nodes ? intersection(nodes, answer.nodes) : answer.nodes;
  }
  return { pod, filters, narrowedBy, ...(nodes ? { nodes } : {}) };
}

/**
 * Why the pod cannot run on a node. Room that was made there for pods as important as this one counts as taken, but
 * what this pod needs must be there without them too.
 */
export function objectionTo(node: NodeInfo, demands: Demands, view: ClusterView): Objection | undefined {
  if (view.nominations.isEmpty) return firstObjection(node, demands);
  const { pod } = demands;
  const expected = view.nominations
    .on(node.name)
    .filter((other) => other.metadata.uid !== pod.metadata.uid && priorityOf(other) >= priorityOf(pod));
  for (const other of expected) suppose(demands, other, node, 1);
  const crowded = firstObjection(node, demands);
  for (const other of expected) suppose(demands, other, node, -1);
  return crowded ?? (expected.length > 0 ? firstObjection(node, demands) : undefined);
}

function firstObjection(node: NodeInfo, { filters }: Demands): Objection | undefined {
  for (const { plugin, filter } of filters) {
    const refusal = filter.refuses(node);
    if (refusal) return { plugin, refusal };
  }
  return undefined;
}

/** What if a pod came to (1) or left (-1) a node? To be undone by the opposite. */
export function suppose({ filters }: Demands, pod: Pod, node: NodeInfo, by: 1 | -1): void {
  if (by === 1) node.add(pod);
  else node.remove(pod);
  for (const { filter } of filters) filter.suppose?.(pod, node, by);
}

function intersection(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...a].filter((name) => b.has(name)));
}
