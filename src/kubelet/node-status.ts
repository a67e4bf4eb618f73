import type { Node, NodeCondition, NodeStatus } from "../api/types.gen.ts";

export interface NodeFacts {
  readonly name: string;
  readonly ip: string;
  readonly podCidr: string;
  readonly isControlPlane: boolean;
  readonly now: string;
  readonly kubeletVersion: string;
  /** Stable numbers of this machine, drawn from the seed. */
  readonly machineId: string;
  readonly bootId: string;
}

const capacity: Readonly<Record<string, string>> = {
  cpu: "4",
  "ephemeral-storage": "61255492Ki",
  "hugepages-1Gi": "0",
  "hugepages-2Mi": "0",
  memory: "8145304Ki",
  pods: "110",
};

/** What a node offers to pods. */
export const nodeAllocatable: Readonly<Record<string, string>> = capacity;

/** A node as its kubelet registers it. https://kubernetes.io/docs/concepts/architecture/nodes/ */
export function nodeFor(facts: NodeFacts): Node {
  const { name, podCidr, isControlPlane } = facts;
  const role = isControlPlane
    ? { "node-role.kubernetes.io/control-plane": "", "node.kubernetes.io/exclude-from-external-load-balancers": "" }
    : {};
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        ...role,
      },
      annotations: {
        "volumes.kubernetes.io/controller-managed-attach-detach": "true",
      },
    },
    spec: { podCIDR: podCidr, podCIDRs: [podCidr] },
    status: nodeStatus(facts),
  };
}

function nodeStatus(facts: NodeFacts): NodeStatus {
  return {
    capacity,
    allocatable: nodeAllocatable,
    conditions: nodeConditions(facts.now, facts.now),
    addresses: [
      { type: "InternalIP", address: facts.ip },
      { type: "Hostname", address: facts.name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
    nodeInfo: {
      architecture: "amd64",
      bootID: facts.bootId,
      containerRuntimeVersion: "picokube://0.1.0",
      kernelVersion: "6.1.0-picokube",
      kubeProxyVersion: "",
      kubeletVersion: facts.kubeletVersion,
      machineID: facts.machineId,
      operatingSystem: "linux",
      osImage: "picokube (simulated)",
      systemUUID: facts.machineId,
    },
  };
}

type PressureType = "MemoryPressure" | "DiskPressure" | "PIDPressure";

interface PressureWords {
  readonly type: PressureType;
  readonly good: readonly [reason: string, message: string];
  readonly bad: readonly [reason: string, message: string];
}

const pressureWords: readonly PressureWords[] = [
  {
    type: "MemoryPressure",
    good: ["KubeletHasSufficientMemory", "kubelet has sufficient memory available"],
    bad: ["KubeletHasInsufficientMemory", "kubelet has insufficient memory available"],
  },
  {
    type: "DiskPressure",
    good: ["KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
    bad: ["KubeletHasDiskPressure", "kubelet has disk pressure"],
  },
  {
    type: "PIDPressure",
    good: ["KubeletHasSufficientPID", "kubelet has sufficient PID available"],
    bad: ["KubeletHasInsufficientPID", "kubelet has insufficient PID available"],
  },
];

/** All is well, but for `pressure`. `since` is when it began to be. */
export function nodeConditions(now: string, since: string, pressure: readonly string[] = []): NodeCondition[] {
  const times = { lastHeartbeatTime: now, lastTransitionTime: since };
  return [
    ...pressureWords.map(({ type, good, bad }): NodeCondition => {
      const isShort = pressure.includes(type);
      const [reason, message] = isShort ? bad : good;
      return { type, status: isShort ? "True" : "False", reason, message, ...times };
    }),
    { type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status", ...times },
  ];
}

/** What the Event on a change of a condition is called: NodeHasInsufficientMemory. */
export function conditionEvent({ type, reason = "" }: NodeCondition): string {
  return type === "Ready" ? "NodeReady" : reason.replace(/^Kubelet/u, "Node");
}
