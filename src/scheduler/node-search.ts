import type { Pod } from "../api/types.gen.ts";
import type { Random } from "../sim/random.ts";
import type { ClusterView } from "./cluster-view.ts";
import { type Demands, demandsOf, type Objection, objectionTo } from "./demands.ts";
import type { NodeInfo } from "./node-info.ts";
import type { SchedulerPlugin } from "./plugin.ts";
import { totalScores } from "./rating.ts";
import { impossible, type Refusal } from "./refusal.ts";

/** Why a pod has found no place. */
export interface Diagnosis {
  readonly nodeCount: number;
  /** No node was asked: none could help. */
  readonly wholesale?: Refusal;
  /** By node name. */
  readonly refusals: ReadonlyMap<string, Refusal>;
  /** What holds for nodes that were not asked. */
  readonly rest?: Refusal;
  /** The plugins that have refused it. */
  readonly rejectors: ReadonlySet<string>;
}

const fewNodes = 100;

/** Finds the best node for a pod. In a large cluster it looks only until enough nodes would do, and goes on from there next time. */
export class NodeSearch {
  readonly #view: ClusterView;
  readonly #random: Random;
  #start = 0;

  constructor(view: ClusterView, random: Random) {
    this.#view = view;
    this.#random = random;
  }

  find(pod: Pod, plugins: readonly SchedulerPlugin[]): NodeInfo | Diagnosis {
    const view = this.#view;
    const nodeCount = view.nodes.length;
    const demands = demandsOf(pod, view, plugins);
    if (nodeCount === 0) return { nodeCount, refusals: new Map(), rejectors: new Set() };
    if (!("filters" in demands)) {
      return { nodeCount, wholesale: demands.refusal, refusals: new Map(), rejectors: new Set([demands.plugin]) };
    }
    const awaited = view.node(pod.status?.nominatedNodeName ?? "");
    if (awaited && !objectionTo(awaited, demands, view)) return awaited;
    const { feasible, objections } = this.#look(demands);
    const [first] = feasible;
    if (!first) return diagnosisOf(demands, objections, nodeCount);
    return feasible.length === 1 ? first : (this.#best(pod, plugins, feasible) ?? first);
  }

  #look(demands: Demands): { feasible: NodeInfo[]; objections: ReadonlyMap<string, Objection> } {
    const nodes = candidates(demands, this.#view);
    const enough = enoughOf(nodes.length);
    const feasible: NodeInfo[] = [];
    const objections = new Map<string, Objection>();
    let looked = 0;
    for (; looked < nodes.length && feasible.length < enough; looked++) {
      const node = nodes[(this.#start + looked) % nodes.length];
      if (!node) continue;
      const objection = objectionTo(node, demands, this.#view);
      if (objection) objections.set(node.name, objection);
      else feasible.push(node);
    }
    this.#start = nodes.length > 0 ? (this.#start + looked) % nodes.length : 0;
    return { feasible, objections };
  }

  /** Of equals, chance decides. */
  #best(pod: Pod, plugins: readonly SchedulerPlugin[], nodes: readonly NodeInfo[]): NodeInfo | undefined {
    const scores = totalScores(pod, this.#view, { plugins, nodes });
    const highest = Math.max(...scores);
    const best = nodes.filter((_, index) => scores[index] === highest);
    return best[this.#random.integer(best.length)];
  }
}

function candidates({ nodes: wanted }: Demands, view: ClusterView): readonly NodeInfo[] {
  if (!wanted) return view.nodes;
  return [...wanted].flatMap((name) => view.node(name) ?? []);
}

/** As upstream's default for percentageOfNodesToScore. https://kubernetes.io/docs/concepts/scheduling-eviction/scheduler-perf-tuning/ */
function enoughOf(nodeCount: number): number {
  if (nodeCount < fewNodes) return nodeCount;
  const percentage = Math.max(5, 50 - Math.floor(nodeCount / 125));
  return Math.max(fewNodes, Math.floor((nodeCount * percentage) / 100));
}

function diagnosisOf(
  { nodes, narrowedBy }: Demands,
  objections: ReadonlyMap<string, Objection>,
  nodeCount: number,
): Diagnosis {
  const plugins = narrowedBy.toSorted().join(" ");
  const together = narrowedBy.length > 1 && nodes?.size === 0 ? " simultaneously" : "";
  return {
    nodeCount,
    refusals: new Map([...objections].map(([node, { refusal }]) => [node, refusal])),
    ...(nodes ? { rest: impossible(`node(s) didn't satisfy plugin(s) [${plugins}]${together}`) } : {}),
    rejectors: new Set([...narrowedBy, ...[...objections.values()].map(({ plugin }) => plugin)]),
  };
}
