import { expect, test } from "vitest";

import type { KubeObject } from "../../src/api/object.ts";
import { createCluster } from "../../src/index.ts";
import { daemonSets } from "../../src/resources/apps/daemon-set.ts";
import { deployments } from "../../src/resources/apps/deployment.ts";
import { replicaSets } from "../../src/resources/apps/replica-set.ts";
import { events } from "../../src/resources/core/event.ts";
import { pods } from "../../src/resources/core/pod.ts";

/** Who owns fields of an object: manager, operation and subresource of every entry. */
function ownersOf(object: KubeObject | undefined): readonly string[] {
  const entries = object?.metadata.managedFields ?? [];
  return entries
    .map(({ manager, operation, subresource }) => [manager, operation, subresource].filter(Boolean).join(" "))
    .toSorted();
}

test("a component has one entry in managedFields, and one for each subresource it writes", async () => {
  await using cluster = await createCluster({ pace: "instant" });
  await cluster.kubectl(["create", "deployment", "web", "--image=nginx", "--replicas=2"]);
  await cluster.advance("5s");
  await cluster.kubectl(["scale", "deployment", "web", "--replicas=3"]);
  await cluster.advance("5s");
  await cluster.kubectl(["set", "image", "deployment", "web", "nginx=nginx:1.27"]);
  await cluster.advance("30s");
  const { client } = cluster;
  expect(ownersOf(await client.get(deployments, { namespace: "default", name: "web" }))).toEqual([
    "kube-controller-manager Update status",
    "kubectl Update scale",
    "kubectl-create Update",
    "kubectl-set Update",
  ]);
  for (const set of await client.list(replicaSets, "default")) {
    expect(ownersOf(set)).toEqual(["kube-controller-manager Update", "kube-controller-manager Update status"]);
  }
  for (const pod of await client.list(pods, "default")) {
    expect(ownersOf(pod)).toEqual(["kube-controller-manager Update", "kubelet Update status"]);
  }
});

test("an Event belongs to the program that tells it", async () => {
  await using cluster = await createCluster({ pace: "instant" });
  await cluster.kubectl(["create", "deployment", "web", "--image=nginx"]);
  await cluster.advance("5s");
  const told = await cluster.client.list(events, "default");
  const ownersBySource = new Map(told.map((event) => [event.reportingComponent ?? "", ownersOf(event)]));
  expect(Object.fromEntries(ownersBySource)).toMatchObject({
    "deployment-controller": ["kube-controller-manager Update"],
    "default-scheduler": ["kube-scheduler Update"],
    kubelet: ["kubelet Update"],
  });
});

test("the count of a DaemonSet's templates belongs to whoever created it", async () => {
  await using cluster = await createCluster();
  const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx" }] } };
  await cluster.client.create(daemonSets, {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "web", namespace: "default" },
    spec: { selector: { matchLabels: { app: "web" } }, template },
  });
  const set = await cluster.client.get(daemonSets, { namespace: "default", name: "web" });
  expect(set?.metadata.managedFields?.[0]?.fieldsV1).toMatchObject({
    "f:metadata": { "f:annotations": { ".": {}, "f:deprecated.daemonset.template.generation": {} } },
  });
});
