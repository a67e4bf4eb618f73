import type { ClusterRole, ClusterRoleBinding, PolicyRule } from "../../api/types.gen.ts";

const apiGroup = "rbac.authorization.k8s.io";
const apiVersion = `${apiGroup}/v1`;
const read = ["get", "list", "watch"];
const write = ["create", "delete", "deletecollection", "patch", "update"];

type Labels = Readonly<Record<string, string>>;

/** The roles that users bind to. https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings */
export function defaultClusterRoles(): readonly ClusterRole[] {
  return [
    role("cluster-admin", [
      { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
      { nonResourceURLs: ["*"], verbs: ["*"] },
    ]),
    gathering("admin", "admin"),
    gathering("edit", "edit", aggregateTo("admin")),
    gathering("view", "view", aggregateTo("edit")),
    role("system:aggregate-to-admin", adminRules, aggregateTo("admin")),
    role("system:aggregate-to-edit", editRules, aggregateTo("edit")),
    role("system:aggregate-to-view", viewRules, aggregateTo("view")),
    role("system:discovery", [{ nonResourceURLs: discoveryPaths, verbs: ["get"] }]),
    role("system:monitoring", [{ nonResourceURLs: monitoringPaths, verbs: ["get"] }]),
    role("system:public-info-viewer", [{ nonResourceURLs: publicPaths, verbs: ["get"] }]),
    role("system:basic-user", basicRules),
    role("system:service-account-issuer-discovery", [{ nonResourceURLs: issuerPaths, verbs: ["get"] }]),
  ];
}

export function defaultClusterRoleBindings(): readonly ClusterRoleBinding[] {
  return [
    binding("cluster-admin", ["system:masters"]),
    binding("system:basic-user", ["system:authenticated"]),
    binding("system:discovery", ["system:authenticated"]),
    binding("system:monitoring", ["system:monitoring"]),
    binding("system:public-info-viewer", ["system:authenticated", "system:unauthenticated"]),
    binding("system:service-account-issuer-discovery", ["system:serviceaccounts"]),
  ];
}

const publicPaths = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
const discoveryPaths = ["/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*", ...publicPaths];
const monitoringPaths = [
  "/healthz",
  "/healthz/*",
  "/livez",
  "/livez/*",
  "/metrics",
  "/metrics/slis",
  "/readyz",
  "/readyz/*",
];
const issuerPaths = [
  "/.well-known/openid-configuration",
  "/.well-known/openid-configuration/",
  "/openid/v1/jwks",
  "/openid/v1/jwks/",
];

const basicRules: readonly PolicyRule[] = [
  {
    apiGroups: ["authorization.k8s.io"],
    resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
    verbs: ["create"],
  },
  { apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"], verbs: ["create"] },
];

/** What users of a namespace may change, by group. */
const workloads: Readonly<Record<string, readonly string[]>> = {
  apps: [
    "daemonsets",
    "deployments",
    "deployments/rollback",
    "deployments/scale",
    "replicasets",
    "replicasets/scale",
    "statefulsets",
    "statefulsets/scale",
  ],
  autoscaling: ["horizontalpodautoscalers"],
  batch: ["cronjobs", "jobs"],
  "networking.k8s.io": ["ingresses", "networkpolicies"],
  policy: ["poddisruptionbudgets"],
};
const sessions = ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy"];
const things = [
  "configmaps",
  "persistentvolumeclaims",
  "replicationcontrollers",
  "replicationcontrollers/scale",
  "serviceaccounts",
  "services",
];

const viewRules: readonly PolicyRule[] = [
  {
    apiGroups: [""],
    resources: [...things, "endpoints", "persistentvolumeclaims/status", "pods", "services/status"],
    verbs: read,
  },
  {
    apiGroups: [""],
    resources: [
      "bindings",
      "events",
      "limitranges",
      "namespaces/status",
      "pods/log",
      "pods/status",
      "replicationcontrollers/status",
      "resourcequotas",
      "resourcequotas/status",
    ],
    verbs: read,
  },
  { apiGroups: [""], resources: ["namespaces"], verbs: read },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
  { apiGroups: ["apps"], resources: ["controllerrevisions"], verbs: read },
  ...Object.entries(workloads).map(([group, resources]) => ({
    apiGroups: [group],
    resources: withStatus(resources),
    verbs: read,
  })),
];

const editRules: readonly PolicyRule[] = [
  { apiGroups: [""], resources: [...sessions, "secrets", "services/proxy"], verbs: read },
  { apiGroups: [""], resources: ["serviceaccounts"], verbs: ["impersonate"] },
  { apiGroups: [""], resources: ["pods", ...sessions], verbs: write },
  { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
  { apiGroups: [""], resources: [...things, "events", "secrets", "services/proxy"], verbs: write },
  { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] },
  ...Object.entries(workloads).map(([group, resources]) => ({ apiGroups: [group], resources, verbs: write })),
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: [...write, ...read] },
];

const adminRules: readonly PolicyRule[] = [
  { apiGroups: ["authorization.k8s.io"], resources: ["localsubjectaccessreviews"], verbs: ["create"] },
  { apiGroups: [apiGroup], resources: ["rolebindings", "roles"], verbs: [...write, ...read] },
];

function withStatus(resources: readonly string[]): readonly string[] {
  return resources
    .filter((one) => one !== "deployments/rollback")
    .flatMap((one) => (one.includes("/") ? [one] : [one, `${one}/status`]));
}

function aggregateTo(name: string): Labels {
  return { [`${apiGroup}/aggregate-to-${name}`]: "true" };
}

/** A role with the rules of all roles that say so. */
function gathering(name: string, from: string, labels: Labels = {}): ClusterRole {
  return { ...role(name, [], labels), aggregationRule: { clusterRoleSelectors: [{ matchLabels: aggregateTo(from) }] } };
}

function role(name: string, rules: readonly PolicyRule[], labels: Labels = {}): ClusterRole {
  return { apiVersion, kind: "ClusterRole", metadata: metadataOf(name, labels), rules };
}

function binding(name: string, groups: readonly string[]): ClusterRoleBinding {
  return {
    apiVersion,
    kind: "ClusterRoleBinding",
    metadata: metadataOf(name),
    roleRef: { apiGroup, kind: "ClusterRole", name },
    subjects: groups.map((group) => ({ apiGroup, kind: "Group", name: group })),
  };
}

function metadataOf(name: string, labels: Labels = {}): ClusterRole["metadata"] {
  return {
    name,
    labels: { "kubernetes.io/bootstrapping": "rbac-defaults", ...labels },
    annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
  };
}
