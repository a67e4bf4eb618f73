import type { Pod } from "../api/types.gen.ts";
import type { ClusterChange } from "./cluster-change.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { NodeInfo } from "./node-info.ts";
import type { Refusal } from "./refusal.ts";
import type { Reservation } from "./reservation.ts";

/** A pod that is to be tried now. */
export interface QueuedPod {
  readonly pod: Pod;
  /** Who came first to the queue; lower is earlier. */
  readonly turn: number;
}

/** What a plugin asks of nodes on behalf of one pod, worked out once and put to every node. */
export interface NodeFilter {
  /** undefined: the pod may run there. */
  refuses(node: NodeInfo): Refusal | undefined;
  /** What if this pod came to (1) or left (-1) a node? Needed by filters that count beyond the node itself. */
  suppose?(pod: Pod, node: NodeInfo, by: 1 | -1): void;
  /** The only nodes worth asking, by name; all unless given. */
  readonly nodes?: ReadonlySet<string>;
}

/**
 * One reason for or against a node. Named as upstream's plugins; the comments name upstream's extension points.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/scheduling-framework/
 */
export interface SchedulerPlugin {
  readonly name: string;
  /** PreEnqueue: why the pod is not even to be looked at; undefined: it may be. */
  holdsBack?(pod: Pod): Refusal | undefined;
  /** QueueSort: which of two pods is tried first. All profiles share one queue: the first plugin that sorts it does. */
  comesBefore?(a: QueuedPod, b: QueuedPod): boolean;
  /** PreFilter: undefined when it has nothing to ask, a refusal when no node can help. */
  filter?(pod: Pod, view: ClusterView): NodeFilter | Refusal | undefined;
  /** PreScore, Score and NormalizeScore: 0 to 100 for each of the nodes, in their order; undefined: no opinion. */
  score?(pod: Pod, view: ClusterView, nodes: readonly NodeInfo[]): readonly number[] | undefined;
  /** What a score counts beside the others; 1 unless given. */
  readonly weight?: number;
  /** Reserve: takes hold of what the pod needs besides the node. */
  reserve?(pod: Pod, view: ClusterView, node: NodeInfo): Reservation | undefined;
  /** QueueingHint: whether a change may help a pod that this plugin has refused; none helps unless given. */
  helps?(pod: Pod, change: ClusterChange, view: ClusterView): boolean;
}

export function isRefusal(answer: NodeFilter | Refusal): answer is Refusal {
  return "reasons" in answer;
}
