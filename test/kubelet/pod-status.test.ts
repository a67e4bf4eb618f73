import { expect, test } from "vitest";

import type { ContainerState, Pod, PodSpec } from "../../src/api/types.gen.ts";
import type { ContainerRecord, ContainerRole } from "../../src/kubelet/container-record.ts";
import { podStatusFor } from "../../src/kubelet/pod-status.ts";

const now = "2025-01-01T00:01:00Z";
const earlier = "2025-01-01T00:00:00Z";

const waiting: ContainerState = { waiting: { reason: "ContainerCreating" } };
const running: ContainerState = { running: { startedAt: earlier } };
const done: ContainerState = { terminated: { exitCode: 0 } };
const failed: ContainerState = { terminated: { exitCode: 1 } };
const looping: ContainerState = { waiting: { reason: "CrashLoopBackOff" } };

function record(role: ContainerRole, state: ContainerState, more: Partial<ContainerRecord> = {}): ContainerRecord {
  const up = state === running;
  const spec = { name: `${role}1`, image: "x" };
  return { spec, role, state, restartCount: 0, started: up, ready: up, imageId: "", containerId: "", ...more };
}

function statusOf(
  records: readonly ContainerRecord[],
  spec: Partial<PodSpec> = {},
  isOver = false,
): NonNullable<Pod["status"]> {
  const whole: PodSpec = { restartPolicy: "Always", containers: [], ...spec };
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p" },
    spec: whole,
    status: { qosClass: "Burstable" },
  };
  const facts = { podIp: "10.0.0.1", hostIp: "172.18.0.2", startTime: earlier, now, sandboxReady: true };
  return podStatusFor({ pod, records, isOver, ...facts });
}

const again = { lastState: failed };
const fresh = record("main", waiting);

test.each<[string, readonly ContainerRecord[], Partial<PodSpec>, string]>([
  ["nothing has begun", [fresh], {}, "Pending"],
  ["one of two runs, the other has yet to", [record("main", running), fresh], {}, "Pending"],
  ["all run", [record("main", running)], {}, "Running"],
  ["one crash-loops", [record("main", looping, again)], {}, "Running"],
  ["all are done, but will be restarted", [record("main", done)], {}, "Running"],
  ["all are done", [record("main", done)], { restartPolicy: "OnFailure" }, "Succeeded"],
  ["one failed and will be restarted", [record("main", failed)], { restartPolicy: "OnFailure" }, "Running"],
  ["one failed for good", [record("main", failed), record("main", done)], { restartPolicy: "Never" }, "Failed"],
  [
    "one failed while another runs",
    [record("main", failed), record("main", running)],
    { restartPolicy: "Never" },
    "Running",
  ],
  ["an init container runs", [record("init", running), fresh], {}, "Pending"],
  ["an init container crash-loops", [record("init", looping, again), fresh], {}, "Pending"],
  ["an init container failed for good", [record("init", failed), fresh], { restartPolicy: "Never" }, "Failed"],
  ["a sidecar has yet to start", [record("sidecar", running, { started: false }), fresh], {}, "Pending"],
  [
    "a sidecar restarts beside a running container",
    [record("sidecar", looping, again), record("main", running)],
    {},
    "Running",
  ],
  ["a sidecar still runs", [record("sidecar", running), record("main", done)], { restartPolicy: "Never" }, "Running"],
  [
    "a sidecar was killed at the end",
    [record("sidecar", failed), record("main", done)],
    { restartPolicy: "Never" },
    "Succeeded",
  ],
])("when %s, the phase is right", (_what, records, spec, phase) => {
  expect(statusOf(records, spec).phase).toBe(phase);
});

test("a pod that was deleted ends as its containers did", () => {
  expect(statusOf([record("main", done)], {}, true).phase).toBe("Succeeded");
  expect(statusOf([record("main", failed)], {}, true).phase).toBe("Failed");
});

function conditionsOf(records: readonly ContainerRecord[], spec: Partial<PodSpec> = {}): Record<string, string> {
  const { conditions = [] } = statusOf(records, spec);
  return Object.fromEntries(
    conditions.map(({ type, status, reason, message }) => [type, [status, reason, message].filter(Boolean).join(" ")]),
  );
}

test("conditions say what is missing", () => {
  expect(conditionsOf([record("init", done), record("main", running), fresh])).toEqual({
    PodReadyToStartContainers: "True",
    Initialized: "True",
    Ready: "False ContainersNotReady containers with unready status: [main1]",
    ContainersReady: "False ContainersNotReady containers with unready status: [main1]",
    PodScheduled: "True",
  });
  expect(conditionsOf([record("init", running), fresh])["Initialized"]).toBe(
    "False ContainersNotInitialized containers with incomplete status: [init1]",
  );
  expect(conditionsOf([record("main", done)], { restartPolicy: "Never" })).toEqual({
    PodReadyToStartContainers: "False",
    Initialized: "True PodCompleted",
    Ready: "False PodCompleted",
    ContainersReady: "False PodCompleted",
    PodScheduled: "True",
  });
});

test("readiness gates are waited for", () => {
  const readinessGates = [{ conditionType: "example.com/open" }];
  expect(conditionsOf([record("main", running)], { readinessGates })["Ready"]).toBe(
    'False ReadinessGatesNotReady corresponding condition of pod readiness gate "example.com/open" does not exist.',
  );
});

test("what others wrote in the status stays", () => {
  expect(statusOf([record("main", running)]).qosClass).toBe("Burstable");
});

test("a container of which no end is known has failed once its pod is over", () => {
  const unknown = {
    exitCode: 137,
    reason: "ContainerStatusUnknown",
    message: "The container could not be located when the pod was terminated",
    startedAt: null,
    finishedAt: null,
  };
  const pulling = record("main", { waiting: { reason: "ImagePullBackOff" } });
  const status = statusOf([pulling, record("main", done)], {}, true);
  expect(status.containerStatuses?.map(({ state }) => state)).toEqual([{ terminated: unknown }, done]);
  expect(status.phase).toBe("Failed");
});

test("what a pod never came to stays as it was", () => {
  const status = statusOf([record("init", waiting), record("init", waiting), fresh], {}, true);
  expect(status.initContainerStatuses?.map(({ state }) => Object.keys(state ?? {}))).toEqual([
    ["terminated"],
    ["waiting"],
  ]);
  expect(status.containerStatuses?.[0]?.state).toEqual(waiting);
  expect(status.phase).toBe("Failed");
});
