import type { KubeObject } from "../api/object.ts";
import type { ClusterRole, ClusterRoleBinding, Service } from "../api/types.gen.ts";
import { suggestedFlowControl } from "./flow-control/suggested.ts";

/** The API server's own Service takes the first address of the range. */
export const kubernetesServiceIp = "10.96.0.1";
export const dnsServiceIp = "10.96.0.10";

const systemNamespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** What a fresh cluster holds before anyone has asked for anything, in the order to create it. */
export function bootstrapObjects(apiAddress: { ip: string; port: number }): readonly KubeObject[] {
  return [
    ...systemNamespaces.map((name) => namespace(name)),
    ...priorityClasses(),
    ...clusterRoles(),
    ...clusterRoleBindings(),
    ...suggestedFlowControl(),
    ...componentStatuses(),
    kubernetesService(),
    kubernetesEndpoints(apiAddress),
    kubernetesEndpointSlice(apiAddress),
  ];
}

function namespace(name: string): KubeObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { "kubernetes.io/metadata.name": name } } };
}

function priorityClasses(): KubeObject[] {
  const values = { "system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000 };
  return Object.entries(values).map(
    ([name, value]) =>
      ({
        apiVersion: "scheduling.k8s.io/v1",
        kind: "PriorityClass",
        metadata: { name },
        value,
        description: "Used for system critical pods that must not be moved from their current node.",
        preemptionPolicy: "PreemptLowerPriority",
      }) as KubeObject,
  );
}

/** All that the control plane has runs in this process: it is well as long as anybody can ask. */
function componentStatuses(): KubeObject[] {
  return ["controller-manager", "etcd-0", "scheduler"].map((name) => {
    const healthy = { type: "Healthy", status: "True", message: "ok" };
    return { apiVersion: "v1", kind: "ComponentStatus", metadata: { name }, conditions: [healthy] } as KubeObject;
  });
}

function kubernetesService(): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "kubernetes", namespace: "default", labels: { component: "apiserver", provider: "kubernetes" } },
    spec: {
      type: "ClusterIP",
      clusterIP: kubernetesServiceIp,
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }],
      sessionAffinity: "None",
    },
  };
}

function kubernetesEndpoints({ ip, port }: { ip: string; port: number }): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { "endpointslice.kubernetes.io/skip-mirror": "true" },
    },
    subsets: [{ addresses: [{ ip }], ports: [{ name: "https", port, protocol: "TCP" }] }],
  } as KubeObject;
}

function kubernetesEndpointSlice({ ip, port }: { ip: string; port: number }): KubeObject {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "kubernetes", namespace: "default", labels: { "kubernetes.io/service-name": "kubernetes" } },
    addressType: "IPv4",
    endpoints: [{ addresses: [ip], conditions: { ready: true } }],
    ports: [{ name: "https", port, protocol: "TCP" }],
  } as KubeObject;
}

const everything = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };
const bootstrapping = { "kubernetes.io/bootstrapping": "rbac-defaults" };

/** The roles that users bind to; https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings */
function clusterRoles(): ClusterRole[] {
  const read = ["get", "list", "watch"];
  const write = ["create", "delete", "deletecollection", "patch", "update"];
  const core = [
    "configmaps",
    "endpoints",
    "events",
    "persistentvolumeclaims",
    "pods",
    "pods/log",
    "pods/status",
    "replicationcontrollers",
    "replicationcontrollers/scale",
    "serviceaccounts",
    "services",
    "limitranges",
    "resourcequotas",
    "namespaces",
  ];
  const groups = ["apps", "autoscaling", "batch", "discovery.k8s.io", "networking.k8s.io", "policy"];
  const viewRules = [
    { apiGroups: [""], resources: core, verbs: read },
    { apiGroups: groups, resources: ["*"], verbs: read },
  ];
  const editRules = [
    ...viewRules,
    {
      apiGroups: [""],
      resources: [
        "pods",
        "pods/attach",
        "pods/exec",
        "pods/portforward",
        "pods/proxy",
        "pods/eviction",
        "configmaps",
        "endpoints",
        "persistentvolumeclaims",
        "replicationcontrollers",
        "replicationcontrollers/scale",
        "secrets",
        "serviceaccounts",
        "services",
        "services/proxy",
        "events",
      ],
      verbs: write,
    },
    {
      apiGroups: [""],
      resources: ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"],
      verbs: read,
    },
    { apiGroups: groups, resources: ["*"], verbs: write },
  ];
  const adminRules = [
    ...editRules,
    { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles", "rolebindings"], verbs: [...read, ...write] },
    { apiGroups: ["authorization.k8s.io"], resources: ["localsubjectaccessreviews"], verbs: ["create"] },
  ];
  return [
    role("cluster-admin", [everything, { nonResourceURLs: ["*"], verbs: ["*"] }]),
    role("admin", adminRules),
    role("edit", editRules),
    role("view", viewRules),
    role("system:discovery", [
      {
        nonResourceURLs: [
          "/api",
          "/api/*",
          "/apis",
          "/apis/*",
          "/healthz",
          "/livez",
          "/openapi",
          "/openapi/*",
          "/readyz",
          "/version",
          "/version/",
        ],
        verbs: ["get"],
      },
    ]),
    role("system:public-info-viewer", [
      { nonResourceURLs: ["/healthz", "/livez", "/readyz", "/version", "/version/"], verbs: ["get"] },
    ]),
    role("system:basic-user", [
      {
        apiGroups: ["authorization.k8s.io"],
        resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
        verbs: ["create"],
      },
      { apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"], verbs: ["create"] },
    ]),
    role("system:service-account-issuer-discovery", [
      {
        nonResourceURLs: [
          "/.well-known/openid-configuration",
          "/.well-known/openid-configuration/",
          "/openid/v1/jwks",
          "/openid/v1/jwks/",
        ],
        verbs: ["get"],
      },
    ]),
  ];
}

function clusterRoleBindings(): ClusterRoleBinding[] {
  return [
    binding("cluster-admin", "cluster-admin", ["system:masters"]),
    binding("system:discovery", "system:discovery", ["system:authenticated"]),
    binding("system:public-info-viewer", "system:public-info-viewer", [
      "system:authenticated",
      "system:unauthenticated",
    ]),
    binding("system:basic-user", "system:basic-user", ["system:authenticated"]),
    binding("system:service-account-issuer-discovery", "system:service-account-issuer-discovery", [
      "system:serviceaccounts",
    ]),
  ];
}

function role(name: string, rules: ClusterRole["rules"]): ClusterRole {
  const metadata = {
    name,
    labels: bootstrapping,
    annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
  };
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata, rules: rules ?? [] };
}

function binding(name: string, roleName: string, groups: readonly string[]): ClusterRoleBinding {
  const apiGroup = "rbac.authorization.k8s.io";
  return {
    apiVersion: `${apiGroup}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name, labels: bootstrapping, annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" } },
    roleRef: { apiGroup, kind: "ClusterRole", name: roleName },
    subjects: groups.map((group) => ({ apiGroup, kind: "Group", name: group })),
  };
}
