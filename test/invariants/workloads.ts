import type { KubeObject } from "../../src/api/object.ts";

export interface Workload {
  readonly kind: "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "Job";
  /** Its pods' label `app`, too. */
  readonly name: string;
}

/** Those that a history knows. */
export const workloads: readonly Workload[] = [
  { kind: "Deployment", name: "apple" },
  { kind: "Deployment", name: "pear" },
  { kind: "ReplicaSet", name: "oak" },
  { kind: "StatefulSet", name: "well" },
  { kind: "DaemonSet", name: "sparrow" },
  { kind: "Job", name: "harvest" },
];

const resources = { requests: { cpu: "200m" } };
const server = { name: "main", image: "surjection/stable-server:latest", resources };
const worker = { name: "main", image: "busybox:1.36", command: ["sleep", "20"], resources };

export function manifestOf(
  { kind, name }: Workload,
  { namespace, replicas }: { namespace: string; replicas: number },
): KubeObject & { readonly spec: object } {
  const metadata = { name, namespace };
  if (kind === "Job") {
    const template = { spec: { restartPolicy: "Never", containers: [worker] } };
    return { apiVersion: "batch/v1", kind, metadata, spec: { completions: replicas, parallelism: 2, template } };
  }
  const labels = { app: name };
  const spec = {
    ...(kind === "DaemonSet" ? {} : { replicas }),
    ...(kind === "StatefulSet" ? { serviceName: name } : {}),
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [server] } },
  };
  return { apiVersion: "apps/v1", kind, metadata, spec };
}
