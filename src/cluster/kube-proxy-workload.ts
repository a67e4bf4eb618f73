import type { KubeObject } from "../api/object.ts";
import type { ConfigMap, DaemonSet, ServiceAccount } from "../api/types.gen.ts";
import type { ProxyMode } from "../kubeproxy/balancer.ts";
import { podCidr } from "./addresses.ts";

const metadata = { name: "kube-proxy", namespace: "kube-system" };
const labels = { "k8s-app": "kube-proxy" };

/** kube-proxy as kubeadm installs it: a pod on every node. */
export function kubeProxyWorkload(mode: ProxyMode): readonly KubeObject[] {
  return [serviceAccount, configMap(mode), daemonSet];
}

const serviceAccount: ServiceAccount = { apiVersion: "v1", kind: "ServiceAccount", metadata };

function configMap(mode: ProxyMode): ConfigMap {
  const config = {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    bindAddress: "0.0.0.0",
    clusterCIDR: podCidr,
    mode,
  };
  const text = Object.entries(config).map(([field, value]) => `${field}: ${value}\n`);
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { ...metadata, labels: { app: "kube-proxy" } },
    data: { "config.conf": text.join("") },
  };
}

const daemonSet: DaemonSet = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { ...metadata, labels },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        priorityClassName: "system-node-critical",
        serviceAccountName: "kube-proxy",
        hostNetwork: true,
        nodeSelector: { "kubernetes.io/os": "linux" },
        tolerations: [{ operator: "Exists" }],
        containers: [
          {
            name: "kube-proxy",
            image: "registry.k8s.io/kube-proxy:v1.32.4",
            imagePullPolicy: "IfNotPresent",
            command: [
              "/usr/local/bin/kube-proxy",
              "--config=/var/lib/kube-proxy/config.conf",
              "--hostname-override=$(NODE_NAME)",
            ],
            env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "spec.nodeName" } } }],
            securityContext: { privileged: true },
            volumeMounts: [{ name: "kube-proxy", mountPath: "/var/lib/kube-proxy" }],
          },
        ],
        volumes: [{ name: "kube-proxy", configMap: { name: "kube-proxy" } }],
      },
    },
  },
};
