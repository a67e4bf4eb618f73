import { expect, test } from "vitest";

import type { Endpoint, Node, Service } from "../../../src/api/types.gen.ts";
import { hintsFor } from "../../../src/controllers/endpoints/topology-hints.ts";

const zones = ["a", "b", "c"];
const nodes = (): Node[] => zones.map((zone) => node(zone));

function node(zone: string, cpu = "4"): Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: `node-${zone}`, labels: { "topology.kubernetes.io/zone": zone } },
    spec: {},
    status: { allocatable: { cpu }, conditions: [{ type: "Ready", status: "True" }] },
  };
}

function endpoint(zone: string, ready = true): Endpoint {
  return { addresses: ["10.0.0.1"], conditions: { ready }, zone };
}

function service(spec: Partial<Service["spec"]>, annotations: Record<string, string> = {}): Service {
  return { apiVersion: "v1", kind: "Service", metadata: { name: "web", annotations }, spec: { ...spec } };
}

const auto = service({}, { "service.kubernetes.io/topology-mode": "Auto" });

test("a Service gives no hints unless it asks for them", () => {
  expect(hintsFor(service({}), [endpoint("a")], nodes).size).toBe(0);
});

test("PreferClose hints at each ready endpoint's own zone", () => {
  const all = [endpoint("a"), endpoint("a"), endpoint("b", false)];
  const hints = hintsFor(service({ trafficDistribution: "PreferClose" }), all, () => []);
  expect(all.map((one) => hints.get(one))).toEqual(["a", "a", undefined]);
});

test("topology-aware routing lends endpoints to zones that have too few", () => {
  const all = [...Array.from({ length: 4 }, () => endpoint("a")), endpoint("b"), endpoint("c")];
  const hints = hintsFor(auto, all, nodes);
  const counts = zones.map((zone) => [...hints.values()].filter((one) => one === zone).length);
  expect(counts).toEqual([2, 2, 2]);
});

test("topology-aware routing gives up where there are fewer endpoints than zones, or only one zone", () => {
  expect(hintsFor(auto, [endpoint("a"), endpoint("b")], nodes).size).toBe(0);
  expect(hintsFor(auto, [endpoint("a")], () => [node("a")]).size).toBe(0);
});
