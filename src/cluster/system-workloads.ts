import type { KubeObject } from "../api/object.ts";
import type { ConfigMap, Deployment, Service, ServiceAccount } from "../api/types.gen.ts";
import { dnsServiceIp } from "../apiserver/bootstrap.ts";
import { standardStorageClass } from "../controllers/volumes/standard-class.ts";

const namespace = "kube-system";
const label = { "k8s-app": "kube-dns" };
const coreDnsImageName = "registry.k8s.io/coredns/coredns";

/** CoreDNS as kubeadm installs it: names in the cluster go through it, so scaling it to nothing takes DNS down. */
export function systemWorkloads(): readonly KubeObject[] {
  return [standardStorageClass, serviceAccount, corefile, deployment, service];
}

const serviceAccount: ServiceAccount = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name: "coredns", namespace },
};

const corefile: ConfigMap = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "coredns", namespace },
  data: {
    Corefile: `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    loop
    reload
    loadbalance
}
`,
  },
};

const deployment: Deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "coredns", namespace, labels: { ...label } },
  spec: {
    replicas: 2,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
    selector: { matchLabels: label },
    template: {
      metadata: { labels: { ...label } },
      spec: {
        priorityClassName: "system-cluster-critical",
        serviceAccountName: "coredns",
        dnsPolicy: "Default",
        nodeSelector: { "kubernetes.io/os": "linux" },
        tolerations: [
          { key: "CriticalAddonsOnly", operator: "Exists" },
          { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" },
        ],
        containers: [
          {
            name: "coredns",
            image: `${coreDnsImageName}:v1.11.3`,
            imagePullPolicy: "IfNotPresent",
            args: ["-conf", "/etc/coredns/Corefile"],
            resources: { limits: { memory: "170Mi" }, requests: { cpu: "100m", memory: "70Mi" } },
            ports: [
              { containerPort: 53, name: "dns", protocol: "UDP" },
              { containerPort: 53, name: "dns-tcp", protocol: "TCP" },
              { containerPort: 9153, name: "metrics", protocol: "TCP" },
            ],
            livenessProbe: {
              httpGet: { path: "/health", port: 8080, scheme: "HTTP" },
              initialDelaySeconds: 60,
              timeoutSeconds: 5,
              failureThreshold: 5,
            },
            readinessProbe: { httpGet: { path: "/ready", port: 8181, scheme: "HTTP" } },
            volumeMounts: [{ name: "config-volume", mountPath: "/etc/coredns", readOnly: true }],
          },
        ],
        volumes: [
          { name: "config-volume", configMap: { name: "coredns", items: [{ key: "Corefile", path: "Corefile" }] } },
        ],
      },
    },
  },
};

const service: Service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: {
    name: "kube-dns",
    namespace,
    labels: { ...label, "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS" },
    annotations: { "prometheus.io/port": "9153", "prometheus.io/scrape": "true" },
  },
  spec: {
    clusterIP: dnsServiceIp,
    selector: label,
    ports: [
      { name: "dns", port: 53, protocol: "UDP", targetPort: 53 },
      { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: 53 },
      { name: "metrics", port: 9153, protocol: "TCP", targetPort: 9153 },
    ],
  },
};
