import type { KubeObject, ObjectKey } from "../api/object.ts";
import type { Client } from "../client/client.ts";
import { configMaps } from "../resources/core/config-map.ts";
import { describeError, type Log } from "../sim/log.ts";
import { apiPort, nodeIp } from "./addresses.ts";

const key: ObjectKey = { namespace: "kube-public", name: "cluster-info" };
const rbac = { apiVersion: "rbac.authorization.k8s.io/v1" };
const apiGroup = "rbac.authorization.k8s.io";
const joining = { apiGroup, kind: "Group", name: "system:bootstrappers:kubeadm:default-node-token" };
const requests = "system:certificates.k8s.io:certificatesigningrequests";

/** What kubeadm leaves for machines that join: where the cluster is, for everybody to read, and what they may do. */
export function joiningObjects(): readonly KubeObject[] {
  const roleName = "kubeadm:bootstrap-signer-clusterinfo";
  const metadata = { namespace: key.namespace, name: roleName };
  const rules = [{ apiGroups: [""], resources: ["configmaps"], resourceNames: [key.name], verbs: ["get"] }];
  const nodeRules = [{ apiGroups: [""], resources: ["nodes"], verbs: ["get"] }];
  const anybody = { apiGroup, kind: "User", name: "system:anonymous" };
  const nodes = { apiGroup, kind: "Group", name: "system:nodes" };
  return [
    { apiVersion: "v1", kind: "ConfigMap", metadata: key, data: { kubeconfig: kubeconfig(undefined) } },
    { ...rbac, kind: "Role", metadata, rules },
    {
      ...rbac,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup, kind: "Role", name: roleName },
      subjects: [anybody],
    },
    { ...rbac, kind: "ClusterRole", metadata: { name: "kubeadm:get-nodes" }, rules: nodeRules },
    binding("kubeadm:get-nodes", "kubeadm:get-nodes", joining),
    binding("kubeadm:kubelet-bootstrap", "system:node-bootstrapper", joining),
    binding("kubeadm:node-autoapprove-bootstrap", `${requests}:nodeclient`, joining),
    binding("kubeadm:node-autoapprove-certificate-rotation", `${requests}:selfnodeclient`, nodes),
  ] as readonly KubeObject[];
}

function binding(name: string, role: string, subject: object): object {
  const roleRef = { apiGroup, kind: "ClusterRole", name: role };
  return { ...rbac, kind: "ClusterRoleBinding", metadata: { name }, roleRef, subjects: [subject] };
}

/** The cluster's certificate authority, which may come into being later. */
interface Authority {
  readonly caPem: string | undefined;
  onChange(listener: () => void): () => void;
}

/** Adds whom to trust, once there is somebody. The returned function stops. */
export function publishClusterInfo(client: Client, authority: Authority, log: Log): () => void {
  return authority.onChange(() => {
    const data = { kubeconfig: kubeconfig(authority.caPem) };
    client.patch(configMaps, key, { data }).catch((error: unknown) => {
      log.write("error", `ConfigMap ${key.namespace}/${key.name}: ${describeError(error)}`);
    });
  });
}

function kubeconfig(caPem: string | undefined): string {
  const ca = caPem === undefined ? "" : `    certificate-authority-data: ${Buffer.from(caPem).toString("base64")}\n`;
  return `apiVersion: v1
clusters:
- cluster:
${ca}    server: https://${nodeIp(0)}:${apiPort}
  name: ""
contexts: null
current-context: ""
kind: Config
preferences: {}
users: null
`;
}
