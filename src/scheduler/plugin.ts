import type { Pod } from "../api/types.gen.ts";
import type { NodeInfo } from "./node-info.ts";

/** What all plugins know of one scheduling attempt. */
export interface SchedulingState {
  readonly nodes: readonly NodeInfo[];
}

/**
 * One reason for or against a node. Named as upstream's plugins.
 * https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins
 */
export interface SchedulerPlugin {
  readonly name: string;
  /** Why the pod cannot run there, in upstream's words; undefined: it can. */
  filter?(pod: Pod, node: NodeInfo, state: SchedulingState): string | undefined;
  /** 0 to 100: how good a place it is. */
  score?(pod: Pod, node: NodeInfo, state: SchedulingState): number;
  /** What the score counts beside the others; 1 unless given. */
  readonly weight?: number;
  /** Whether removing pods from the node could mend what `filter` says. */
  readonly preemptible?: boolean;
}
