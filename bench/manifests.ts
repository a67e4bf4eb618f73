/** Pods of a small HTTP server on port 8090, label `app: NAME`. */
export function replicaSet(name: string, replicas: number): string {
  return workload("ReplicaSet", name, replicas);
}

export function deployment(name: string, replicas: number): string {
  return workload("Deployment", name, replicas);
}

export function service(name: string, nodePort?: number): string {
  const type = nodePort === undefined ? "" : "type: NodePort, ";
  const port = nodePort === undefined ? "port: 8090" : `port: 8090, nodePort: ${nodePort}`;
  return `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { ${type}selector: { app: ${name} }, ports: [{ ${port} }] }
`;
}

function workload(kind: string, name: string, replicas: number): string {
  return `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers: [{ name: web, image: "surjection/stable-server:latest", ports: [{ containerPort: 8090 }] }]
`;
}
