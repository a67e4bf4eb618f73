import { controllerOf } from "../api/object.ts";
import { isNotFound } from "../api/status.ts";
import type { Pod } from "../api/types.gen.ts";
import type { Flags } from "./flags.ts";
import { listAll } from "./targets.ts";
import type { Call } from "./verb.ts";

export interface DrainPlan {
  readonly evicted: readonly Pod[];
  /** Why it must not be done. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

interface Judgement {
  readonly leave?: boolean;
  readonly warning?: string;
  readonly problem?: string;
}

const daemonSetWarning = "ignoring DaemonSet-managed Pods";
const daemonSetProblem = "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)";
const localStorageProblem = "cannot delete Pods with local storage (use --delete-emptydir-data to override)";
const bareWarning = "deleting Pods that declare no controller";
const bareProblem = "cannot delete cannot delete Pods that declare no controller (use --force to override)";

/** Which of a node's pods a drain would evict. */
export async function drainPlan(node: string, call: Call): Promise<DrainPlan> {
  const selector = call.flags.value("pod-selector");
  const pods = await listAll<Pod>("/api/v1/pods", call, {
    fieldSelector: `spec.nodeName=${node}`,
    ...(selector ? { labelSelector: selector } : {}),
  });
  const evicted: Pod[] = [];
  const problems = new Map<string, string[]>();
  const warnings = new Map<string, string[]>();
  for (const pod of pods) {
    const { leave, warning, problem } = await judge(pod, call);
    const name = `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`;
    if (problem) problems.set(problem, [...(problems.get(problem) ?? []), name]);
    if (warning) warnings.set(warning, [...(warnings.get(warning) ?? []), name]);
    if (!problem && !leave) evicted.push(pod);
  }
  return { evicted, problems: told(problems), warnings: told(warnings) };
}

function told(groups: ReadonlyMap<string, readonly string[]>): string[] {
  return [...groups].map(([why, names]) => `${why}: ${names.join(", ")}`).toSorted();
}

/** Of several things to say the worst is said. */
async function judge(pod: Pod, call: Call): Promise<Judgement> {
  const { flags } = call;
  const { metadata, status } = pod;
  if (metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) return { leave: true };
  const isOver = status?.phase === "Succeeded" || status?.phase === "Failed";
  const daemonSet = isOver ? {} : await judgeDaemonSet(pod, call);
  if (daemonSet.leave || daemonSet.problem) return daemonSet;
  if (isOver) return {};
  return judgeStorage(pod, flags) ?? judgeBare(pod, flags) ?? {};
}

async function judgeDaemonSet(pod: Pod, { flags, rest }: Call): Promise<Judgement> {
  const owner = controllerOf(pod);
  if (owner?.kind !== "DaemonSet") return {};
  try {
    await rest.json("GET", `/apis/apps/v1/namespaces/${pod.metadata.namespace ?? ""}/daemonsets/${owner.name}`);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    if (flags.isTrue("force")) return { warning: error instanceof Error ? error.message : "" };
    return { problem: `cannot delete ${error instanceof Error ? error.message : ""}` };
  }
  return flags.isTrue("ignore-daemonsets") ? { leave: true, warning: daemonSetWarning } : { problem: daemonSetProblem };
}

function judgeStorage({ spec }: Pod, flags: Flags): Judgement | undefined {
  const isLocal = (spec.volumes ?? []).some(({ emptyDir }) => emptyDir !== undefined);
  if (!isLocal || flags.isTrue("delete-emptydir-data") || flags.isTrue("delete-local-data")) return undefined;
  return { problem: localStorageProblem };
}

function judgeBare(pod: Pod, flags: Flags): Judgement | undefined {
  if (controllerOf(pod)) return undefined;
  return flags.isTrue("force") ? { warning: bareWarning } : { problem: bareProblem };
}
