import { test } from "vitest";
import { createCluster } from "../src/cluster.ts";
import { pods } from "../src/resources/core/pod.ts";
import { events } from "../src/resources/core/event.ts";

test("scratch", async () => {
  const logs: string[] = [];
  const cluster = await createCluster({ nodes: 2, log: { write: (level, message) => { if (level !== "debug") logs.push(`${level} ${message}`); } } });
  await cluster.apply(`
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: surjection/stable-server
    readinessProbe: {httpGet: {path: /, port: 8090}}
---
apiVersion: v1
kind: Pod
metadata: {name: crash}
spec:
  containers:
  - {name: c, image: busybox, command: [sh, -c, "echo hi; exit 3"]}
`);
  await cluster.settle();
  await cluster.advance("100s");
  for (const pod of await cluster.client.list(pods, "default")) console.log(JSON.stringify(pod.status, null, 1));
  for (const e of await cluster.client.list(events, "default")) console.log(e.involvedObject.name, e.type, e.reason, e.message, e.count);
  console.log(logs.join("\n"));
  await cluster.close();
}, 20000);
