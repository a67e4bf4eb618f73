import { describe, expect, test } from "vitest";

import type { KubeObject } from "../../../src/api/object.ts";
import type { Deployment } from "../../../src/api/types.gen.ts";
import { controllerRevisions } from "../../../src/resources/apps/controller-revision.ts";
import { daemonSets } from "../../../src/resources/apps/daemon-set.ts";
import { deployments } from "../../../src/resources/apps/deployment.ts";
import { replicaSets } from "../../../src/resources/apps/replica-set.ts";
import { statefulSets } from "../../../src/resources/apps/stateful-set.ts";
import { podTemplates } from "../../../src/resources/core/pod-template.ts";
import { replicationControllers } from "../../../src/resources/core/replication-controller.ts";
import type { ResourceDefinition } from "../../../src/resources/definition.ts";
import { cells, defaulted, lines, problems } from "../admitted.ts";

const labels = { app: "web" };
const selector = { matchLabels: labels };
const containers = [
  { name: "nginx", image: "nginx:1.27" },
  { name: "log", image: "busybox:1.36" },
];
const template = { metadata: { labels }, spec: { containers } };
const created = "2025-01-01T00:00:00Z";
const now = Date.parse("2025-01-01T00:02:03Z");

const selecting: readonly (readonly [string, ResourceDefinition])[] = [
  ["ReplicaSet", replicaSets],
  ["Deployment", deployments],
  ["DaemonSet", daemonSets],
  ["StatefulSet", statefulSets],
];

describe.each(selecting)("a %s", (kind, resource) => {
  const mismatch =
    'spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`';

  test("is accepted when it picks its own pods", () => {
    expect(problems(resource, { spec: { selector, template } })).toEqual([]);
  });

  test("is refused when it does not pick its own pods", () => {
    const other = { matchLabels: { app: "db" } };
    expect(problems(resource, { spec: { selector: other, template } })).toEqual([mismatch]);
  });

  test("restarts its pods for ever", () => {
    const spec = { selector, template: { ...template, spec: { containers, restartPolicy: "Never" } } };
    expect(problems(resource, { spec })).toEqual([
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ]);
  });

  test("keeps its selector", () => {
    const stored = defaulted<KubeObject>(resource, { spec: { selector, template } });
    const more = { matchLabels: { ...labels, tier: "front" } };
    const wanted = defaulted<KubeObject>(resource, {
      spec: { selector: more, template: { ...template, metadata: { labels: more.matchLabels } } },
    });
    const immutable =
      'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"web", "tier":"front"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable';
    const forbidden =
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
    expect(lines(resource.validate?.(wanted, stored) ?? [])).toEqual([kind === "StatefulSet" ? forbidden : immutable]);
  });
});

test("a Deployment without a selector is refused twice", () => {
  expect(problems(deployments, { spec: { template } })).toEqual([
    "spec.selector: Required value",
    'spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`',
  ]);
});

test("a Deployment that could neither add nor remove a pod is refused", () => {
  const strategy = { rollingUpdate: { maxUnavailable: 0, maxSurge: "0%" } };
  expect(problems(deployments, { spec: { selector, template, strategy, minReadySeconds: 600 } })).toEqual([
    "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0",
    "spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds",
  ]);
});

test("a Deployment gets its strategy and limits", () => {
  const { spec, status } = defaulted(deployments, { spec: { selector, template } });
  expect(status).toEqual({});
  expect(spec).toMatchObject({
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
    template: {
      metadata: { creationTimestamp: null, labels },
      spec: { restartPolicy: "Always", dnsPolicy: "ClusterFirst" },
    },
  });
  expect(spec.template.spec).not.toHaveProperty("enableServiceLinks");
});

test("a Deployment is printed with its replicas, images and selector", () => {
  const deployment: Deployment = {
    ...defaulted(deployments, { spec: { selector, template, replicas: 3 } }),
    metadata: { name: "web", creationTimestamp: created },
    status: { replicas: 3, readyReplicas: 2, updatedReplicas: 3, availableReplicas: 2 },
  };
  expect(cells(deployments, deployment, now)).toEqual({
    Name: "web",
    Ready: "2/3",
    "Up-to-date": 3,
    Available: 2,
    Age: "2m3s",
    Containers: "nginx,log",
    Images: "nginx:1.27,busybox:1.36",
    Selector: "app=web",
  });
});

test("a DaemonSet counts the changes of its template", () => {
  const set = defaulted(daemonSets, { spec: { selector, template } });
  const key = "deprecated.daemonset.template.generation";
  expect(set.metadata.annotations?.[key]).toBe("1");
  const changed = defaulted(daemonSets, {
    spec: { selector, template: { ...template, spec: { containers: containers.slice(1) } } },
  });
  daemonSets.prepareForUpdate?.(changed as never, set);
  expect(changed.metadata.annotations?.[key]).toBe("2");
  expect(set.spec.updateStrategy).toEqual({ type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } });
});

test("a StatefulSet's claims are whole objects", () => {
  const claim = {
    metadata: { name: "data" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  };
  const { spec } = defaulted(statefulSets, {
    spec: { selector, template, serviceName: "db", volumeClaimTemplates: [claim] },
  });
  expect(spec.podManagementPolicy).toBe("OrderedReady");
  expect(spec.persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: "Retain", whenScaled: "Retain" });
  expect(spec.volumeClaimTemplates?.[0]).toMatchObject({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { creationTimestamp: null, name: "data" },
    spec: { volumeMode: "Filesystem" },
    status: { phase: "Pending" },
  });
});

test("a ReplicationController takes selector and labels from its template", () => {
  const controller = defaulted(replicationControllers, { spec: { template } });
  expect(controller.spec.selector).toEqual(labels);
  expect(controller.metadata.labels).toEqual(labels);
  expect(lines(replicationControllers.validate?.(controller) ?? [])).toEqual([]);
  expect(problems(replicationControllers, { spec: {} })).toEqual([
    "spec.selector: Required value",
    "spec.template: Required value",
  ]);
});

test("a PodTemplate is printed with its labels", () => {
  const object = defaulted(podTemplates, { template });
  expect(lines(podTemplates.validate?.(object) ?? [])).toEqual([]);
  expect(cells(podTemplates, object, now)).toMatchObject({ Containers: "nginx,log", "Pod Labels": "app=web" });
});

test("a ControllerRevision names its controller and keeps its data", () => {
  const ownerReferences = [{ apiVersion: "apps/v1", kind: "DaemonSet", name: "logs", uid: "1", controller: true }];
  const revision = defaulted(controllerRevisions, {
    metadata: { name: "r", ownerReferences },
    revision: 2,
    data: { a: 1 },
  });
  expect(cells(controllerRevisions, revision, now)).toMatchObject({ Controller: "daemonset.apps/logs", Revision: 2 });
  const errors = controllerRevisions.validate?.({ ...revision, data: { a: 2 } }, revision) ?? [];
  expect(lines(errors)).toEqual(['data: Invalid value: {"a":2}: field is immutable']);
});

test("more ready than present is no status", () => {
  const set = defaulted(replicaSets, { spec: { selector, template } });
  const errors = replicaSets.validateStatus?.({ ...set, status: { replicas: 1, readyReplicas: 2 } }, set) ?? [];
  expect(lines(errors)).toEqual(["status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas"]);
});
