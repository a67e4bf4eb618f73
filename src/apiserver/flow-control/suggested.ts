import type { KubeObject } from "../../api/object.ts";
import type {
  FlowSchema,
  PolicyRulesWithSubjects,
  PriorityLevelConfiguration,
  ResourcePolicyRule,
  Subject,
} from "../../api/types.gen.ts";

const apiVersion = "flowcontrol.apiserver.k8s.io/v1";
const annotations = { "apf.kubernetes.io/autoupdate-spec": "true" };

/** The flow schemas and priority levels of every cluster. https://kubernetes.io/docs/concepts/cluster-administration/flow-control/#defaults */
export function suggestedFlowControl(): readonly KubeObject[] {
  return [...priorityLevels(), ...flowSchemas()];
}

function priorityLevels(): PriorityLevelConfiguration[] {
  const level = (name: string, spec: PriorityLevelConfiguration["spec"]): PriorityLevelConfiguration => ({
    apiVersion,
    kind: "PriorityLevelConfiguration",
    metadata: { name, annotations },
    spec,
  });
  const limited = (name: string, shares: number, lendablePercent: number, queues: number): PriorityLevelConfiguration =>
    level(name, {
      type: "Limited",
      limited: {
        nominalConcurrencyShares: shares,
        lendablePercent,
        limitResponse:
          queues === 0
            ? { type: "Reject" }
            : { type: "Queue", queuing: { queues, handSize: queues === 16 ? 4 : 6, queueLengthLimit: 50 } },
      },
    });
  return [
    level("exempt", { type: "Exempt", exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } }),
    limited("catch-all", 5, 0, 0),
    limited("global-default", 20, 50, 128),
    limited("leader-election", 10, 0, 16),
    limited("node-high", 40, 25, 64),
    limited("system", 30, 33, 64),
    limited("workload-high", 40, 50, 128),
    limited("workload-low", 100, 90, 128),
  ];
}

const everywhere = { clusterScope: true, namespaces: ["*"] };
const anyResource: ResourcePolicyRule = { verbs: ["*"], apiGroups: ["*"], resources: ["*"], ...everywhere };
const anyPath = { verbs: ["*"], nonResourceURLs: ["*"] };
const everything = { resourceRules: [anyResource], nonResourceRules: [anyPath] };
const leases: ResourcePolicyRule = {
  verbs: ["get", "create", "update"],
  apiGroups: ["coordination.k8s.io"],
  resources: ["leases"],
  namespaces: ["*"],
};
const endpoints: ResourcePolicyRule = {
  verbs: ["get", "create", "update"],
  apiGroups: [""],
  resources: ["endpoints"],
  namespaces: ["*"],
};
const health = { verbs: ["get"], nonResourceURLs: ["/healthz", "/readyz", "/livez"] };
const nodeObjects: ResourcePolicyRule = {
  verbs: ["*"],
  apiGroups: [""],
  resources: ["nodes", "nodes/status"],
  ...everywhere,
};
const nodeLeases: ResourcePolicyRule = {
  verbs: ["*"],
  apiGroups: ["coordination.k8s.io"],
  resources: ["leases"],
  namespaces: ["*"],
};

const user = (name: string): Subject => ({ kind: "User", user: { name } });
const group = (name: string): Subject => ({ kind: "Group", group: { name } });
const account = (name: string): Subject => ({
  kind: "ServiceAccount",
  serviceAccount: { namespace: "kube-system", name },
});
const everybody = [group("system:unauthenticated"), group("system:authenticated")];
const controllerManager = user("system:kube-controller-manager");
const scheduler = user("system:kube-scheduler");

type Rules = Omit<PolicyRulesWithSubjects, "subjects">;

function flowSchemas(): FlowSchema[] {
  return [
    schema(["exempt", "exempt", 1], [group("system:masters")], everything),
    schema(["probes", "exempt", 2], everybody, { nonResourceRules: [health] }),
    schema(["system-leader-election", "leader-election", 100, "ByUser"], [controllerManager, scheduler, account("*")], {
      resourceRules: [leases],
    }),
    schema(
      ["endpoint-controller", "workload-high", 150, "ByUser"],
      [controllerManager, account("endpoint-controller"), account("endpointslicemirroring-controller")],
      { resourceRules: [endpoints] },
    ),
    schema(["workload-leader-election", "leader-election", 200, "ByUser"], [account("*")], { resourceRules: [leases] }),
    schema(["system-node-high", "node-high", 400, "ByUser"], [group("system:nodes")], {
      resourceRules: [nodeObjects, nodeLeases],
    }),
    schema(["system-nodes", "system", 500, "ByUser"], [group("system:nodes")], everything),
    schema(["kube-controller-manager", "workload-high", 800, "ByNamespace"], [controllerManager], everything),
    schema(["kube-scheduler", "workload-high", 800, "ByNamespace"], [scheduler], everything),
    schema(["kube-system-service-accounts", "workload-high", 900, "ByNamespace"], [account("*")], everything),
    schema(["service-accounts", "workload-low", 9000, "ByUser"], [group("system:serviceaccounts")], everything),
    schema(["global-default", "global-default", 9900, "ByUser"], everybody, everything),
    schema(["catch-all", "catch-all", 10_000, "ByUser"], everybody, everything),
  ];
}

type Head = readonly [name: string, level: string, precedence: number, distinguisher?: "ByUser" | "ByNamespace"];

function schema(
  [name, level, matchingPrecedence, distinguisher]: Head,
  subjects: readonly Subject[],
  rules: Rules,
): FlowSchema {
  return {
    apiVersion,
    kind: "FlowSchema",
    metadata: { name, annotations },
    spec: {
      priorityLevelConfiguration: { name: level },
      matchingPrecedence,
      ...(distinguisher ? { distinguisherMethod: { type: distinguisher } } : {}),
      rules: [{ subjects, ...rules }],
    },
  };
}
