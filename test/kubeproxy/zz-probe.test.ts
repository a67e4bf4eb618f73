import { expect, test } from "vitest";
import { createCluster } from "../../src/index.ts";
test("x", async () => {
  const c = await createCluster();
  await c.apply(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: surjection/stable-server}]}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: 8090, nodePort: 30080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: a, image: busybox, command: [sleep, "100000"]}]}
`);
  await c.advance("5s");
  const {pods}=await import("../../src/resources/core/pod.ts"); const {endpointSlices}=await import("../../src/resources/discovery/endpoint-slice.ts"); for (const p of await c.client.list(pods)) console.log(p.metadata.name,p.status?.phase,p.status?.podIP,JSON.stringify(p.status?.containerStatuses?.[0]?.state)); console.log(JSON.stringify((await c.client.list(endpointSlices)).map(x=>x.endpoints)));
  for (let i=0;i<4;i++) console.log(await c.fetch("http://web/hostname",{from:"client"}));
  console.log(await c.fetch("http://localhost:30080/hostname"));
  let t=process.hrtime.bigint();
  const n=300000;
  for (let i=0;i<n;i++) await c.fetch("http://web/hostname",{from:"client"});
  console.log(n/(Number(process.hrtime.bigint()-t)/1e9));
  await c.close();
});
