import type { KubeObject } from "../api/object.ts";
import type { Deployment, IngressClass, Service, ServiceAccount } from "../api/types.gen.ts";

const namespace = "ingress-nginx";
const selector = {
  "app.kubernetes.io/component": "controller",
  "app.kubernetes.io/instance": "ingress-nginx",
  "app.kubernetes.io/name": "ingress-nginx",
};
const labels = { ...selector, "app.kubernetes.io/part-of": "ingress-nginx", "app.kubernetes.io/version": "1.12.0" };

export const ingressControllerName = "ingress-nginx-controller";
export const ingressNamespace: string = namespace;

/** ingress-nginx, much as its manifest for a cluster on one machine has it; `nginx` is the default class. */
export function ingressWorkloads(): readonly KubeObject[] {
  return [ownNamespace, serviceAccount, ingressClass, deployment, service];
}

const ownNamespace: KubeObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } };

const serviceAccount: ServiceAccount = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name: "ingress-nginx", namespace, labels },
};

const ingressClass: IngressClass = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: "nginx", labels, annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } },
  spec: { controller: "k8s.io/ingress-nginx" },
};

const probe = { httpGet: { path: "/healthz", port: 10_254, scheme: "HTTP" } } as const;

const deployment: Deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: ingressControllerName, namespace, labels },
  spec: {
    replicas: 1,
    selector: { matchLabels: selector },
    template: {
      metadata: { labels },
      spec: {
        serviceAccountName: "ingress-nginx",
        terminationGracePeriodSeconds: 0,
        tolerations: [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" }],
        containers: [
          {
            name: "controller",
            image: "registry.k8s.io/ingress-nginx/controller:v1.12.0",
            args: [
              "/nginx-ingress-controller",
              "--election-id=ingress-nginx-leader",
              "--controller-class=k8s.io/ingress-nginx",
              "--ingress-class=nginx",
              "--publish-status-address=localhost",
            ],
            ports: [
              { name: "http", containerPort: 80, protocol: "TCP" },
              { name: "https", containerPort: 443, protocol: "TCP" },
            ],
            readinessProbe: { ...probe, periodSeconds: 1, failureThreshold: 3 },
            livenessProbe: { ...probe, periodSeconds: 10, failureThreshold: 5 },
            resources: { requests: { cpu: "100m", memory: "90Mi" } },
          },
        ],
      },
    },
  },
};

const service: Service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: ingressControllerName, namespace, labels },
  spec: {
    type: "NodePort",
    selector,
    ports: [
      { name: "http", port: 80, protocol: "TCP", targetPort: "http", appProtocol: "http" },
      { name: "https", port: 443, protocol: "TCP", targetPort: "https", appProtocol: "https" },
    ],
  },
};
