import type { KubeObject } from "../../src/api/object.ts";
import type { Pod } from "../../src/api/types.gen.ts";
import type { Random } from "../../src/sim/random.ts";
import { isActive, isReady, type State } from "./state.ts";
import type { Faults, Step } from "./step.ts";
import { manifestOf, workloads } from "./workloads.ts";

interface Choice {
  readonly random: Random;
  readonly state: State;
  readonly faults: Faults;
}

/** Something that can happen now; undefined: this one cannot. */
type Maker = (choice: Choice) => Step | undefined;

/** What happens next: at random, but to what is there, so that it makes sense. */
export function nextStep(choice: Choice): Step {
  for (;;) {
    const step = pick(choice.random, makers)?.(choice);
    if (step) return step;
  }
}

const images = ["surjection/stable-server:latest", "surjection/stable-server:2", "registry.k8s.io/pause:3.10"];
const claimedPorts = [31_001, 31_002];
const pauses = ["1s", "7s", "45s", "2m", "6m"];

const create: Maker = ({ random, state }) => {
  const workload = pick(random, workloads);
  const namespace = activeNamespace(random, state);
  if (!workload || !namespace) return undefined;
  // A Job cannot be given another size.
  const isThere = state.jobs.some(
    ({ metadata }) => metadata.name === workload.name && metadata.namespace === namespace,
  );
  if (workload.kind === "Job" && isThere) return undefined;
  return { apply: manifestOf(workload, { namespace, replicas: random.integer(6) }) };
};

const expose: Maker = ({ random, state }) => {
  const workload = pick(random, workloads);
  const namespace = activeNamespace(random, state);
  if (!workload || !namespace) return undefined;
  const { name } = workload;
  if (state.services.some(({ metadata }) => metadata.name === name && metadata.namespace === namespace)) {
    return undefined;
  }
  const wantsPort = random.integer(2) === 0;
  const nodePort = wantsPort ? pick(random, claimedPorts) : undefined;
  const isTaken = state.services.some(({ spec }) => spec.ports?.some((port) => port.nodePort === nodePort));
  const spec = {
    type: wantsPort ? "NodePort" : "ClusterIP",
    selector: { app: name },
    ports: [{ port: 80, targetPort: 8090, ...(nodePort ? { nodePort } : {}) }],
  };
  const service = { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec };
  return { apply: service, ...(nodePort && isTaken ? { refusal: "provided port is already allocated" } : {}) };
};

const scale: Maker = ({ random, state }) => {
  const target = pick(random, [...state.deployments, ...state.replicaSets, ...state.statefulSets].filter(isOurs));
  return target && { kubectl: ["scale", ...named(target), `--replicas=${random.integer(7)}`] };
};

const remove: Maker = ({ random, state }) => {
  const { deployments, replicaSets, statefulSets, daemonSets, jobs, services } = state;
  const all = [...deployments, ...replicaSets, ...statefulSets, ...daemonSets, ...jobs, ...services].filter(isOurs);
  const target = pick(random, all);
  const cascade = pick(random, ["background", "background", "foreground", "orphan"]);
  return target && { kubectl: ["delete", ...named(target), `--cascade=${cascade}`, "--wait=false"] };
};

const deletePod: Maker = ({ random, state }) => {
  const pod = pick(random, state.pods.filter(isOurs));
  const how = random.integer(3) === 0 ? ["--force"] : [];
  return pod && { kubectl: ["delete", ...named(pod), "--wait=false", ...how] };
};

const killContainer: Maker = ({ random, state, faults }) => {
  const isReached = ({ spec }: Pod): boolean => !faults.has(spec.nodeName ?? "");
  const serves = ({ spec }: Pod): boolean => spec.containers[0]?.image?.startsWith("surjection") ?? false;
  const candidates = state.pods.filter((pod) => isOurs(pod) && isActive(pod) && isReady(pod));
  const pod = pick(
    random,
    candidates.filter((one) => isReached(one) && serves(one)),
  );
  return (
    pod && { kubectl: ["exec", pod.metadata.name, ...inNamespace(pod), "--", "kill", "1"], mayEnd: "exit code 137" }
  );
};

const relabel: Maker = ({ random, state }) => {
  const pod = pick(random, state.pods.filter(isOurs));
  const to = pick(random, workloads)?.name ?? "";
  return pod && { kubectl: ["label", ...named(pod), `app=${to}`, "--overwrite"] };
};

const roll: Maker = ({ random, state }) => {
  const target = pick(random, [...state.deployments, ...state.statefulSets, ...state.daemonSets].filter(isOurs));
  return target && { kubectl: ["set", "image", ...named(target), `main=${pick(random, images)}`] };
};

const undo: Maker = ({ random, state }) => {
  const revisionOf = ({ metadata }: KubeObject): number =>
    Number(metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
  const hasHistory = (deployment: KubeObject): boolean =>
    state.replicaSets.filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === deployment.metadata.uid).length >
      1 && revisionOf(deployment) > 1;
  const target = pick(
    random,
    state.deployments.filter((one) => isOurs(one) && hasHistory(one)),
  );
  return target && { kubectl: ["rollout", "undo", ...named(target)] };
};

const cordon: Maker = ({ random, state }) => {
  const node = pick(random, state.nodes);
  return node && { kubectl: [node.spec.unschedulable ? "uncordon" : "cordon", node.metadata.name] };
};

const drain: Maker = ({ random, state, faults }) => {
  const node = pick(
    random,
    state.nodes.filter(({ metadata }) => !faults.has(metadata.name)),
  );
  const options = ["--ignore-daemonsets", "--force", "--delete-emptydir-data"];
  return node && { kubectl: ["drain", node.metadata.name, ...options] };
};

const fault: Maker = ({ random, state, faults }) => {
  const node = pick(random, state.nodes);
  if (!node) return undefined;
  const { name } = node.metadata;
  if (faults.has(name)) return { node: name, becomes: "well" };
  return { node: name, becomes: random.integer(2) === 0 ? "stopped" : "cut-off" };
};

const namespace: Maker = ({ state }) => {
  const team = state.namespaces.find(({ metadata }) => metadata.name === "team");
  if (team?.metadata.deletionTimestamp) return undefined;
  return { kubectl: team ? ["delete", "namespace", "team", "--wait=false"] : ["create", "namespace", "team"] };
};

const pass: Maker = ({ random }) => {
  const passes = pick(random, pauses);
  return passes === undefined ? undefined : { passes };
};

/** With how often they happen. */
const weights: readonly (readonly [Maker, number])[] = [
  [create, 3],
  [expose, 2],
  [scale, 2],
  [remove, 1],
  [deletePod, 2],
  [killContainer, 1],
  [relabel, 1],
  [roll, 2],
  [undo, 1],
  [cordon, 1],
  [drain, 1],
  [fault, 2],
  [namespace, 1],
  [pass, 2],
];
const makers = weights.flatMap(([maker, weight]) => Array.from({ length: weight }, () => maker));

function pick<T>(random: Random, all: readonly T[]): T | undefined {
  return all[random.integer(all.length)];
}

function activeNamespace(random: Random, { namespaces }: State): string | undefined {
  const active = namespaces.filter(
    ({ metadata }) => ["default", "team"].includes(metadata.name) && !metadata.deletionTimestamp,
  );
  return pick(random, active)?.metadata.name;
}

/** Not the system's, and nobody is deleting it already. A ReplicaSet of a Deployment is that one's. */
function isOurs({ kind, metadata }: KubeObject): boolean {
  const isPart = kind === "ReplicaSet" && metadata.ownerReferences !== undefined;
  const isFree = ["default", "team"].includes(metadata.namespace ?? "") && metadata.deletionTimestamp === undefined;
  return isFree && !isPart && metadata.name !== "kubernetes";
}

function named(object: KubeObject): readonly string[] {
  return [`${object.kind.toLowerCase()}/${object.metadata.name}`, ...inNamespace(object)];
}

function inNamespace({ metadata }: KubeObject): readonly string[] {
  return ["--namespace", metadata.namespace ?? ""];
}
