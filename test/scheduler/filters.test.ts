import { describe, expect, test } from "vitest";

import { type Case, evenWeb, nearWeb, on, reasonsOf, web, webOn } from "./plugin-case.ts";
import { asking } from "./test-scheduler.ts";

const required = (...nodeSelectorTerms: object[]): object => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});
const anti = (terms: object): object => ({ affinity: { podAntiAffinity: terms } });
const portPod = (port: object): object => ({ containers: [{ name: "app", image: "app", ports: [port] }] });
const heavy = {
  apiVersion: "node.k8s.io/v1",
  kind: "RuntimeClass",
  metadata: { name: "heavy" },
  handler: "runc",
  overhead: { podFixed: { cpu: "200m" } },
};
const filters: Readonly<Record<string, readonly (Case & { readonly says: Readonly<Record<string, string>> })[]>> = {
  NodeUnschedulable: [
    {
      title: "keeps pods off a cordoned node",
      nodes: { a: { unschedulable: true }, b: {} },
      spec: {},
      says: { a: "node(s) were unschedulable", b: "" },
    },
    {
      title: "lets pods through that tolerate it",
      nodes: { a: { unschedulable: true } },
      spec: { tolerations: [{ key: "node.kubernetes.io/unschedulable", operator: "Exists" }] },
      says: { a: "" },
    },
  ],
  TaintToleration: [
    {
      title: "tells the first taint that is not tolerated",
      nodes: {
        a: { taints: [{ key: "gpu", value: "yes", effect: "NoSchedule" }] },
        b: { taints: [{ key: "old", effect: "NoExecute" }] },
        c: { taints: [{ key: "slow", effect: "PreferNoSchedule" }] },
      },
      spec: {},
      says: {
        a: "node(s) had untolerated taint {gpu: yes}",
        b: "node(s) had untolerated taint {old: }",
        c: "",
      },
    },
    {
      title: "compares key, value and effect of tolerations",
      nodes: {
        a: { taints: [{ key: "gpu", value: "yes", effect: "NoSchedule" }] },
        b: { taints: [{ key: "gpu", value: "no", effect: "NoSchedule" }] },
        c: { taints: [{ key: "gpu", value: "yes", effect: "NoExecute" }] },
      },
      spec: { tolerations: [{ key: "gpu", operator: "Equal", value: "yes", effect: "NoSchedule" }] },
      says: {
        a: "",
        b: "node(s) had untolerated taint {gpu: no}",
        c: "node(s) had untolerated taint {gpu: yes}",
      },
    },
  ],
  NodeAffinity: [
    {
      title: "needs every label of the nodeSelector",
      nodes: { a: { labels: { disk: "ssd", size: "big" } }, b: { labels: { disk: "ssd" } } },
      spec: { nodeSelector: { disk: "ssd", size: "big" } },
      says: { a: "", b: "node(s) didn't match Pod's node affinity/selector" },
    },
    {
      title: "needs one of the terms, and all expressions of it",
      nodes: { a: { labels: { cores: "8" } }, b: { labels: { cores: "4" } }, c: { labels: { disk: "ssd" } } },
      spec: required(
        { matchExpressions: [{ key: "cores", operator: "Gt", values: ["4"] }] },
        {
          matchExpressions: [
            { key: "disk", operator: "Exists" },
            { key: "cores", operator: "DoesNotExist" },
          ],
        },
      ),
      says: { a: "", b: "node(s) didn't match Pod's node affinity/selector", c: "" },
    },
    {
      title: "knows the node's name as a field",
      nodes: { a: {}, b: {} },
      spec: required({ matchFields: [{ key: "metadata.name", operator: "NotIn", values: ["a"] }] }),
      says: { a: "node(s) didn't match Pod's node affinity/selector", b: "" },
    },
  ],
  NodePorts: [
    {
      title: "refuses a host port in use, by protocol and address",
      nodes: { a: {}, b: {}, c: {} },
      present: {
        p: on("a", portPod({ containerPort: 80, hostPort: 80 })),
        q: on("b", portPod({ containerPort: 80, hostPort: 80, protocol: "UDP" })),
        r: on("c", portPod({ containerPort: 80, hostPort: 80, hostIP: "127.0.0.1" })),
      },
      spec: portPod({ containerPort: 80, hostPort: 80, hostIP: "10.0.0.1" }),
      says: { a: "node(s) didn't have free ports for the requested pod ports", b: "", c: "" },
    },
  ],
  NodeResourcesFit: [
    {
      title: "tells everything that is short",
      nodes: { a: { allocatable: { cpu: "1", memory: "1Gi" } }, b: { allocatable: { pods: "0" } }, c: {} },
      spec: { containers: [asking({ cpu: "1500m", memory: "2Gi" })] },
      says: { a: "Insufficient cpu, Insufficient memory", b: "Too many pods", c: "" },
    },
    {
      title: "counts what other pods asked for",
      nodes: { a: {}, b: {} },
      present: { p: on("a", { containers: [asking({ cpu: "3" })] }) },
      spec: { containers: [asking({ cpu: "1001m" })] },
      says: { a: "Insufficient cpu", b: "" },
    },
    {
      title: "knows extended resources and storage",
      nodes: { a: { allocatable: { "example.com/gpu": "1" } }, b: {} },
      spec: { containers: [asking({ "example.com/gpu": "1", "ephemeral-storage": "200Gi" })] },
      says: { a: "Insufficient ephemeral-storage", b: "Insufficient ephemeral-storage, Insufficient example.com/gpu" },
    },
    {
      title: "takes the greatest of init containers, with the sidecars started before them",
      nodes: { a: { allocatable: { cpu: "3" } }, b: { allocatable: { cpu: "2900m" } } },
      spec: {
        initContainers: [
          { ...asking({ cpu: "1" }), name: "sidecar", restartPolicy: "Always" },
          { ...asking({ cpu: "2" }), name: "first" },
        ],
        containers: [asking({ cpu: "1" })],
      },
      says: { a: "", b: "Insufficient cpu" },
    },
    {
      title: "adds overhead",
      nodes: { a: { allocatable: { cpu: "1" } } },
      objects: [heavy],
      spec: { containers: [asking({ cpu: "900m" })], runtimeClassName: "heavy" },
      says: { a: "Insufficient cpu" },
    },
  ],
  PodTopologySpread: [
    {
      title: "keeps the skew of domains within bounds",
      nodes: { a: {}, b: {} },
      present: { p: webOn("a") },
      spec: evenWeb(),
      labels: web,
      says: { a: "node(s) didn't match pod topology spread constraints", b: "" },
    },
    {
      title: "needs the label of the topology",
      nodes: { a: { labels: { zone: "1" } }, b: {} },
      spec: evenWeb({ topologyKey: "zone" }),
      labels: web,
      says: { a: "", b: "node(s) didn't match pod topology spread constraints (missing required label)" },
    },
    {
      title: "counts missing domains as empty",
      nodes: { a: {}, b: {} },
      present: { p: webOn("a"), q: webOn("b") },
      spec: evenWeb({ minDomains: 3 }),
      labels: web,
      says: {
        a: "node(s) didn't match pod topology spread constraints",
        b: "node(s) didn't match pod topology spread constraints",
      },
    },
    {
      title: "leaves out domains of nodes the pod cannot be on, unless it ignores its affinity",
      nodes: { a: { labels: { use: "yes" } }, b: {} },
      present: { p: webOn("a") },
      spec: { nodeSelector: { use: "yes" }, ...evenWeb() },
      labels: web,
      says: { a: "", b: "" },
    },
    {
      title: "counts nodes it cannot be on when it ignores its affinity",
      nodes: { a: { labels: { use: "yes" } }, b: {} },
      present: { p: webOn("a") },
      spec: { nodeSelector: { use: "yes" }, ...evenWeb({ nodeAffinityPolicy: "Ignore" }) },
      labels: web,
      says: { a: "node(s) didn't match pod topology spread constraints", b: "" },
    },
    {
      title: "leaves out tainted nodes when it honors taints",
      nodes: { a: {}, b: { taints: [{ key: "x", effect: "NoSchedule" }] } },
      present: { p: webOn("a") },
      spec: evenWeb({ nodeTaintsPolicy: "Honor" }),
      labels: web,
      says: { a: "", b: "" },
    },
    {
      title: "counts only pods with the same values of matchLabelKeys",
      nodes: { a: {}, b: {} },
      present: { p: { spec: { nodeName: "a" }, labels: { ...web, version: "1" } } },
      spec: evenWeb({ matchLabelKeys: ["version"] }),
      labels: { ...web, version: "2" },
      says: { a: "", b: "" },
    },
  ],
  InterPodAffinity: [
    {
      title: "needs to be where the others are",
      nodes: { a: {}, b: {} },
      present: { p: webOn("a") },
      spec: { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [nearWeb] } } },
      says: { a: "", b: "node(s) didn't match pod affinity rules" },
    },
    {
      title: "lets the first of a kind start anywhere the topology reaches",
      nodes: { a: { labels: { zone: "1" } }, b: {} },
      spec: {
        affinity: {
          podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ ...nearWeb, topologyKey: "zone" }] },
        },
      },
      labels: web,
      says: { a: "", b: "node(s) didn't match pod affinity rules" },
    },
    {
      title: "stays away from others",
      nodes: { a: {}, b: {} },
      present: { p: webOn("a") },
      spec: anti({ requiredDuringSchedulingIgnoredDuringExecution: [nearWeb] }),
      says: { a: "node(s) didn't match pod anti-affinity rules", b: "" },
    },
    {
      title: "is kept away by others",
      nodes: { a: {}, b: {} },
      present: { p: on("a", anti({ requiredDuringSchedulingIgnoredDuringExecution: [nearWeb] })) },
      spec: {},
      labels: web,
      says: { a: "node(s) didn't satisfy existing pods anti-affinity rules", b: "" },
    },
    {
      title: "looks only at the namespaces it names or selects",
      nodes: { a: {}, b: {} },
      present: { p: webOn("a") },
      spec: anti({
        requiredDuringSchedulingIgnoredDuringExecution: [
          { ...nearWeb, namespaces: ["elsewhere"], namespaceSelector: { matchLabels: { tier: "none" } } },
        ],
      }),
      says: { a: "", b: "" },
    },
    {
      title: "takes an empty namespaceSelector for all namespaces",
      nodes: { a: {}, b: {} },
      present: { p: webOn("a") },
      spec: anti({ requiredDuringSchedulingIgnoredDuringExecution: [{ ...nearWeb, namespaceSelector: {} }] }),
      says: { a: "node(s) didn't match pod anti-affinity rules", b: "" },
    },
  ],
  VolumeRestrictions: [
    {
      title: "gives a disk to one node only, unless all of its pods just read",
      nodes: { a: {}, b: {} },
      present: {
        p: on("a", { volumes: [{ name: "d", gcePersistentDisk: { pdName: "disk" } }] }),
        q: on("b", { volumes: [{ name: "d", gcePersistentDisk: { pdName: "disk", readOnly: true } }] }),
      },
      spec: { volumes: [{ name: "d", gcePersistentDisk: { pdName: "disk", readOnly: true } }] },
      says: { a: "node(s) had no available disk", b: "" },
    },
  ],
};

describe.each(Object.entries(filters))("%s", (plugin, cases) => {
  test.each(cases)("$title", async ({ says, ...example }) => {
    expect(await reasonsOf(plugin, example)).toEqual(says);
  });
});
