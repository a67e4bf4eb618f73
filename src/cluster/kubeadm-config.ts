import type { KubeObject } from "../api/object.ts";
import { dnsServiceIp } from "../apiserver/bootstrap.ts";
import { clusterDomain, podCidr, serviceCidr } from "./addresses.ts";

const namespace = "kube-system";
const apiGroup = "rbac.authorization.k8s.io";
const rbac = { apiVersion: `${apiGroup}/v1` };
const joining = { apiGroup, kind: "Group", name: "system:bootstrappers:kubeadm:default-node-token" };
const nodes = { apiGroup, kind: "Group", name: "system:nodes" };

/**
 * What `kubeadm init` writes down about a cluster, and who may read and do what in it.
 * https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/
 */
export function kubeadmConfig(version: string): readonly KubeObject[] {
  return [
    configMap("kubeadm-config", "ClusterConfiguration", clusterConfiguration(version)),
    configMap("kubelet-config", "kubelet", kubeletConfiguration),
    ...readers("kubeadm:nodes-kubeadm-config", "kubeadm-config", [joining, nodes]),
    ...readers("kubeadm:kubelet-config", "kubelet-config", [nodes, joining]),
    ...readers("kube-proxy", "kube-proxy", [joining]),
    clusterRoleBinding("kubeadm:cluster-admins", "cluster-admin", { apiGroup, kind: "Group" }),
    clusterRoleBinding("kubeadm:node-proxier", "system:node-proxier", account("kube-proxy")),
    coreDnsRole,
    clusterRoleBinding("system:coredns", "system:coredns", account("coredns")),
  ] as readonly KubeObject[];
}

function configMap(name: string, file: string, text: string): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name }, data: { [file]: text } };
}

/** The Role and the RoleBinding that let somebody read one ConfigMap. */
function readers(name: string, configMapName: string, subjects: readonly object[]): readonly object[] {
  const metadata = { namespace, name };
  const rules = [{ apiGroups: [""], resources: ["configmaps"], resourceNames: [configMapName], verbs: ["get"] }];
  return [
    { ...rbac, kind: "Role", metadata, rules },
    { ...rbac, kind: "RoleBinding", metadata, roleRef: { apiGroup, kind: "Role", name }, subjects },
  ];
}

function account(name: string): object {
  return { kind: "ServiceAccount", name, namespace };
}

/** A subject without a name is the group called as the binding. */
function clusterRoleBinding(name: string, role: string, subject: object): object {
  const roleRef = { apiGroup, kind: "ClusterRole", name: role };
  return { ...rbac, kind: "ClusterRoleBinding", metadata: { name }, roleRef, subjects: [{ name, ...subject }] };
}

const coreDnsRole = {
  ...rbac,
  kind: "ClusterRole",
  metadata: { name: "system:coredns" },
  rules: [
    { apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"], verbs: ["list", "watch"] },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
  ],
};

function clusterConfiguration(version: string): string {
  return `apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
certificatesDir: /etc/kubernetes/pki
clusterName: picokube
controllerManager: {}
dns: {}
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: registry.k8s.io
kind: ClusterConfiguration
kubernetesVersion: ${version}
networking:
  dnsDomain: ${clusterDomain}
  podSubnet: ${podCidr}
  serviceSubnet: ${serviceCidr}
proxy: {}
scheduler: {}
`;
}

const kubeletConfiguration = `apiVersion: kubelet.config.k8s.io/v1beta1
clusterDNS:
- ${dnsServiceIp}
clusterDomain: ${clusterDomain}
kind: KubeletConfiguration
staticPodPath: /etc/kubernetes/manifests
`;
