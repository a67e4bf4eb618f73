import { describe, expect, test } from "vitest";

import type { Pod } from "../../../../src/api/types.gen.ts";
import { pods } from "../../../../src/resources/core/pod.ts";
import { cells, defaulted } from "../../admitted.ts";

const now = Date.parse("2025-01-01T00:10:00Z");
const nginx = { name: "nginx", image: "nginx" };

const ended = (exitCode: number, reason?: string): object => ({
  terminated: { exitCode, ...(reason ? { reason } : {}) },
});
const running = { running: { startedAt: "2025-01-01T00:00:00Z" } };
const waiting = (reason: string): object => ({ waiting: { reason } });
const one = (name: string, state: object, more: object = {}): object => ({
  name,
  state,
  ready: false,
  restartCount: 0,
  ...more,
});

const states: readonly (readonly [string, object, object])[] = [
  ["Pending", { phase: "Pending" }, { Ready: "0/1", Restarts: "0" }],
  ["ContainerCreating", { phase: "Pending", containerStatuses: [one("nginx", waiting("ContainerCreating"))] }, {}],
  ["Running", { phase: "Running", containerStatuses: [one("nginx", running, { ready: true })] }, { Ready: "1/1" }],
  [
    "CrashLoopBackOff",
    {
      phase: "Running",
      containerStatuses: [
        one("nginx", waiting("CrashLoopBackOff"), {
          restartCount: 2,
          lastState: { terminated: { exitCode: 1, finishedAt: "2025-01-01T00:09:50Z" } },
        }),
      ],
    },
    { Restarts: "2 (10s ago)" },
  ],
  ["Completed", { phase: "Succeeded", containerStatuses: [one("nginx", ended(0, "Completed"))] }, {}],
  ["Error", { phase: "Failed", containerStatuses: [one("nginx", ended(1, "Error"))] }, {}],
  ["ExitCode:3", { phase: "Failed", containerStatuses: [one("nginx", ended(3))] }, {}],
  [
    "Signal:9",
    { phase: "Failed", containerStatuses: [one("nginx", { terminated: { exitCode: 137, signal: 9 } })] },
    {},
  ],
  ["Evicted", { phase: "Failed", reason: "Evicted" }, {}],
  [
    "SchedulingGated",
    { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", reason: "SchedulingGated" }] },
    {},
  ],
];

const initStates: readonly (readonly [string, object, object])[] = [
  [
    "Init:0/2",
    { phase: "Pending", initContainerStatuses: [one("init", running), one("log", waiting("PodInitializing"))] },
    { Ready: "0/2" },
  ],
  [
    "Init:Error",
    { phase: "Pending", initContainerStatuses: [one("init", ended(1, "Error"), { restartCount: 1 })] },
    { Restarts: "1" },
  ],
  [
    "Init:CrashLoopBackOff",
    { phase: "Pending", initContainerStatuses: [one("init", waiting("CrashLoopBackOff"))] },
    {},
  ],
  [
    "Init:1/2",
    { phase: "Pending", initContainerStatuses: [one("init", ended(0, "Completed")), one("log", running)] },
    {},
  ],
  [
    "PodInitializing",
    {
      phase: "Pending",
      initContainerStatuses: [one("init", ended(0, "Completed")), one("log", running, { started: true, ready: true })],
      containerStatuses: [one("nginx", waiting("PodInitializing"))],
    },
    { Ready: "1/2" },
  ],
  [
    "Running",
    {
      phase: "Running",
      initContainerStatuses: [
        one("init", ended(0, "Completed"), { restartCount: 4 }),
        one("log", running, { started: true, ready: true, restartCount: 1 }),
      ],
      containerStatuses: [one("nginx", running, { ready: true, restartCount: 2 })],
    },
    { Ready: "2/2", Restarts: "3" },
  ],
];

describe("columns", () => {
  const withStatus = (status: object, spec: object = {}): Pod => ({
    ...defaulted(pods, { spec: { containers: [nginx], ...spec } }),
    status,
  });

  test.each(states)("a pod is %s", (word, status, expected) => {
    expect(cells(pods, withStatus(status), now)).toMatchObject({ Status: word, ...expected });
  });

  test.each(initStates)("a pod with an init container and a sidecar is %s", (word, status, expected) => {
    const initContainers = [
      { name: "init", image: "a" },
      { name: "log", image: "a", restartPolicy: "Always" },
    ];
    expect(cells(pods, withStatus(status, { initContainers }), now)).toMatchObject({ Status: word, ...expected });
  });

  test("a pod that is going is Terminating, or Unknown with its node", () => {
    const going = (status: object): Pod => {
      const pod = withStatus(status);
      return { ...pod, metadata: { ...pod.metadata, deletionTimestamp: "2025-01-01T00:10:00Z" } };
    };
    expect(cells(pods, going({ phase: "Running" }), now)).toMatchObject({ Status: "Terminating" });
    expect(cells(pods, going({ phase: "Running", reason: "NodeLost" }), now)).toMatchObject({ Status: "Unknown" });
    expect(cells(pods, going({ phase: "Succeeded" }), now)).toMatchObject({ Status: "Succeeded" });
  });

  test("the wide columns tell where it is", () => {
    const spec = { nodeName: "node-1", readinessGates: [{ conditionType: "a.io/up" }] };
    const status = {
      phase: "Running",
      podIPs: [{ ip: "10.0.0.7" }],
      conditions: [{ type: "a.io/up", status: "True" }],
    };
    expect(cells(pods, withStatus(status, spec), now)).toMatchObject({
      IP: "10.0.0.7",
      Node: "node-1",
      "Nominated Node": "<none>",
      "Readiness Gates": "1/1",
    });
  });
});
