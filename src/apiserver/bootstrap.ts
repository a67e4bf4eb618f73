import type { KubeObject } from "../api/object.ts";
import type { Service } from "../api/types.gen.ts";
import { bootstrapPolicy } from "./auth/policy/bootstrap-policy.ts";
import { suggestedFlowControl } from "./flow-control/suggested.ts";

/** The API server's own Service takes the first address of the range. */
const kubernetesServiceIp = "10.96.0.1";
export const dnsServiceIp = "10.96.0.10";

const systemNamespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** What a fresh cluster holds before anyone has asked for anything, in the order to create it. */
export function bootstrapObjects(apiAddress: { ip: string; port: number }): readonly KubeObject[] {
  return [
    ...systemNamespaces.map((name) => namespace(name)),
    ...priorityClasses(),
    ...bootstrapPolicy(),
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
