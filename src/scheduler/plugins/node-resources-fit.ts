import type { Pod } from "../../api/types.gen.ts";
import type { ClusterChange } from "../cluster-change.ts";
import type { NodeInfo } from "../node-info.ts";
import type { SchedulerPlugin } from "../plugin.ts";
import { crowdedOut } from "../refusal.ts";
import { type Amounts, amountsOf, ratedRequestsOf, requestsOf } from "../requests.ts";

const tooManyPods = "Too many pods";
/** What is looked at first, in this order; extended resources follow. */
const basic = ["cpu", "memory", "ephemeral-storage"];

/** What a pod asks for must be left; the emptier node is the better one (LeastAllocated). */
export const nodeResourcesFit: SchedulerPlugin = {
  name: "NodeResourcesFit",

  filter(pod) {
    const wanted = wantedBy(pod);
    return {
      refuses(node) {
        if (fits(wanted, node)) return undefined;
        return crowdedOut(...shortages(wanted, node));
      },
    };
  },

  score(pod, _, nodes) {
    const { cpu, memory } = ratedRequestsOf(pod);
    return nodes.map(({ allocatable, rated }) => {
      const [cores, bytes] = [allocatable.get("cpu") ?? 0, allocatable.get("memory") ?? 0];
      const rating = leastAllocated(cores, rated.cpu + cpu) + leastAllocated(bytes, rated.memory + memory);
      return Math.floor(rating / Math.max(1, Number(cores > 0) + Number(bytes > 0)));
    });
  },

  helps(pod, change) {
    switch (change.what) {
      case "node":
        return fitsEmpty(wantedBy(pod), amountsOf(change.object.status?.allocatable ?? {})) && hasGrown(change);
      case "pod gone":
        return true;
      default:
        return false;
    }
  },
};

type Wanted = readonly (readonly [name: string, amount: number])[];

function wantedBy(pod: Pod): Wanted {
  const requests = requestsOf(pod);
  const others = [...requests.keys()].filter((name) => !basic.includes(name));
  return [...basic, ...others].flatMap((name) => {
    const amount = requests.get(name) ?? 0;
    return amount > 0 ? [[name, amount] as const] : [];
  });
}

function fits(wanted: Wanted, node: NodeInfo): boolean {
  if (isFull(node)) return false;
  for (const [name, amount] of wanted) if (lacks(node, name, amount)) return false;
  return true;
}

function isFull({ pods, allocatable }: NodeInfo): boolean {
  return pods.size + 1 > (allocatable.get("pods") ?? 0);
}

function lacks({ allocatable, requested }: NodeInfo, name: string, amount: number): boolean {
  return (requested.get(name) ?? 0) + amount > (allocatable.get(name) ?? 0);
}

function shortages(wanted: Wanted, node: NodeInfo): string[] {
  const short = wanted.filter(([name, amount]) => lacks(node, name, amount)).map(([name]) => `Insufficient ${name}`);
  return isFull(node) ? [tooManyPods, ...short] : short;
}

/** What a node does not have at all counts nothing. */
function leastAllocated(capacity: number, used: number): number {
  return used > capacity || capacity === 0 ? 0 : Math.floor((100 * (capacity - used)) / capacity);
}

function fitsEmpty(wanted: Wanted, allocatable: Amounts): boolean {
  return wanted.every(([name, amount]) => amount <= (allocatable.get(name) ?? 0));
}

/** A new node, or one that offers more of something than before. */
function hasGrown({ object, previous }: Extract<ClusterChange, { what: "node" }>): boolean {
  if (!previous) return true;
  if (previous.status?.allocatable === object.status?.allocatable) return false;
  const before = amountsOf(previous.status?.allocatable ?? {});
  const now = amountsOf(object.status?.allocatable ?? {});
  return [...now].some(([name, amount]) => amount > (before.get(name) ?? 0));
}
