import { describe, expect, test } from "vitest";

import type { Endpoint, EndpointSlice } from "../../../src/api/types.gen.ts";
import { planSlices, type PlannedSlice, type SlicePort } from "../../../src/controllers/endpoints/slice-plan.ts";

const http: readonly SlicePort[] = [{ name: "http", port: 80, protocol: "TCP" }];
const other: readonly SlicePort[] = [{ name: "http", port: 81, protocol: "TCP" }];

function endpoint(number: number, ready = true): Endpoint {
  return { addresses: [`10.0.0.${number}`], conditions: { ready }, targetRef: { kind: "Pod", uid: `pod-${number}` } };
}

function endpoints(from: number, to: number): Endpoint[] {
  return Array.from({ length: to - from }, (_, index) => endpoint(from + index));
}

function slice(name: string, held: readonly Endpoint[], ports: readonly SlicePort[] = http): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name },
    addressType: "IPv4",
    endpoints: held,
    ports,
  };
}

/** Name of the slice, if it is there already, and how many endpoints it has. */
function shape(kept: readonly PlannedSlice[]): [string | undefined, number][] {
  return kept.map(({ current, endpoints: held }) => [current?.metadata.name, held.length]);
}

describe("a plan for slices", () => {
  test("puts a hundred endpoints into each", () => {
    const { kept } = planSlices([], [{ ports: http, endpoints: endpoints(0, 250) }]);
    expect(shape(kept)).toEqual([
      [undefined, 100],
      [undefined, 100],
      [undefined, 50],
    ]);
  });

  test("leaves each endpoint where it is and gives a new one to the fullest slice with room", () => {
    const existing = [slice("a", endpoints(0, 100)), slice("b", endpoints(100, 130)), slice("c", endpoints(130, 190))];
    const { kept, dropped } = planSlices(existing, [{ ports: http, endpoints: endpoints(0, 191) }]);
    expect(shape(kept)).toEqual([
      ["a", 100],
      ["b", 30],
      ["c", 61],
    ]);
    expect(dropped).toEqual([]);
  });

  test("fills slices that change anyway first", () => {
    const existing = [slice("a", endpoints(0, 60)), slice("b", endpoints(60, 90))];
    const wanted = [...endpoints(0, 89), endpoint(200)];
    expect(shape(planSlices(existing, [{ ports: http, endpoints: wanted }]).kept)).toEqual([
      ["a", 60],
      ["b", 30],
    ]);
  });

  test("drops a slice whose endpoints are gone", () => {
    const existing = [slice("a", endpoints(0, 2)), slice("b", endpoints(2, 4))];
    const { kept, dropped } = planSlices(existing, [{ ports: http, endpoints: endpoints(0, 2) }]);
    expect(shape(kept)).toEqual([["a", 2]]);
    expect(dropped.map(({ metadata }) => metadata.name)).toEqual(["b"]);
  });

  test("keeps one slice without endpoints, and makes it the first with some", () => {
    const { kept } = planSlices([slice("a", endpoints(0, 2))], []);
    expect(kept).toEqual([{ current: expect.objectContaining({ metadata: { name: "a" } }), ports: [], endpoints: [] }]);
    const again = planSlices([slice("a", [], [])], [{ ports: http, endpoints: endpoints(0, 1) }]);
    expect(shape(again.kept)).toEqual([["a", 1]]);
    expect(again.dropped).toEqual([]);
  });

  test("has slices of their own for endpoints with other port numbers", () => {
    const { kept } = planSlices(
      [],
      [
        { ports: http, endpoints: endpoints(0, 1) },
        { ports: other, endpoints: endpoints(1, 2) },
      ],
    );
    expect(kept.map(({ ports }) => ports[0]?.port)).toEqual([80, 81]);
  });

  test("follows a change of state in place", () => {
    const existing = [slice("a", endpoints(0, 2))];
    const { kept } = planSlices(existing, [{ ports: http, endpoints: [endpoint(0, false), endpoint(1)] }]);
    expect(kept[0]?.endpoints.map(({ conditions }) => conditions?.ready)).toEqual([false, true]);
  });
});
