import { describe, expect, test } from "vitest";

import { type Case, evenWeb, nearWeb, on, scoresOf, web, webOn } from "./plugin-case.ts";
import { asking } from "./test-scheduler.ts";

const preferred = (weight: number, key: string): object => ({
  weight,
  preference: { matchExpressions: [{ key, operator: "Exists" }] },
});
const megabyte = 1024 * 1024;

const scores: Readonly<Record<string, readonly (Case & { readonly gives: Readonly<Record<string, number>> })[]>> = {
  TaintToleration: [
    {
      title: "dislikes PreferNoSchedule taints",
      nodes: {
        a: {},
        b: { taints: [{ key: "x", effect: "PreferNoSchedule" }] },
        c: {
          taints: [
            { key: "x", effect: "PreferNoSchedule" },
            { key: "y", effect: "PreferNoSchedule" },
          ],
        },
      },
      spec: {},
      gives: { a: 100, b: 50, c: 0 },
    },
  ],
  NodeAffinity: [
    {
      title: "adds up preferences",
      nodes: { a: { labels: { x: "", y: "" } }, b: { labels: { x: "" } }, c: {} },
      spec: {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [preferred(30, "x"), preferred(70, "y")],
          },
        },
      },
      gives: { a: 100, b: 30, c: 0 },
    },
  ],
  NodeResourcesFit: [
    {
      title: "prefers the node with more left",
      nodes: { a: {}, b: {} },
      present: { p: on("a", { containers: [asking({ cpu: "2", memory: "4Gi" })] }) },
      spec: { containers: [asking({ cpu: "1", memory: "2Gi" })] },
      gives: { a: 25, b: 75 },
    },
    {
      title: "counts a container that asks for nothing as 100m and 200MiB",
      nodes: { a: { allocatable: { cpu: "1", memory: "2000Mi" } } },
      present: { p: on("a") },
      spec: {},
      gives: { a: 80 },
    },
  ],
  NodeResourcesBalancedAllocation: [
    {
      title: "prefers cpu and memory used alike",
      nodes: { a: {}, b: {} },
      present: { p: on("a", { containers: [asking({ cpu: "2" })] }) },
      spec: { containers: [asking({ cpu: "1", memory: "2Gi" })] },
      gives: { a: 75, b: 100 },
    },
  ],
  ImageLocality: [
    {
      title: "prefers nodes with large images, the rarer the less",
      nodes: { a: { images: [{ names: ["big:1"], sizeBytes: 1000 * megabyte }] }, b: {} },
      spec: { containers: [{ name: "app", image: "big:1" }] },
      gives: { a: 48, b: 0 },
    },
  ],
  PodTopologySpread: [
    {
      title: "prefers emptier domains for soft constraints",
      nodes: { a: {}, b: {} },
      present: { p: webOn("a"), q: webOn("a") },
      spec: evenWeb({ whenUnsatisfiable: "ScheduleAnyway" }),
      labels: web,
      gives: { a: 0, b: 100 },
    },
  ],
  InterPodAffinity: [
    {
      title: "adds up what it prefers and what others prefer",
      nodes: { a: {}, b: {}, c: {} },
      present: {
        p: webOn("a"),
        q: on("b", {
          affinity: {
            podAntiAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 10, podAffinityTerm: { ...nearWeb, labelSelector: { matchLabels: { app: "new" } } } },
              ],
            },
          },
        }),
      },
      spec: {
        affinity: {
          podAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 30, podAffinityTerm: nearWeb }],
          },
        },
      },
      labels: { app: "new" },
      gives: { a: 100, b: 0, c: 25 },
    },
  ],
};

describe.each(Object.entries(scores))("%s as a score", (plugin, cases) => {
  test.each(cases)("$title", async ({ gives, ...example }) => {
    expect(await scoresOf(plugin, example)).toEqual(gives);
  });
});
