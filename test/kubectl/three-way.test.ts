import { describe, expect, test } from "vitest";

import { threeWayPatch } from "../../src/kubectl/three-way.ts";

const deployment = "io.k8s.api.apps.v1.Deployment";
const pod = "io.k8s.api.core.v1.Pod";
const service = "io.k8s.api.core.v1.Service";

describe("the three-way patch", () => {
  test("is empty when nothing differs, whatever the server has added", () => {
    const manifest = { spec: { replicas: 1 } };
    const current = { spec: { replicas: 1, progressDeadlineSeconds: 600 }, status: {} };
    expect(threeWayPatch({ original: manifest, modified: manifest, current }, deployment)).toEqual({});
  });

  test("takes away what was applied before and is not any more, and leaves what others have set", () => {
    const patch = threeWayPatch(
      {
        original: { metadata: { labels: { gone: "1", kept: "1" } } },
        modified: { metadata: { labels: { kept: "2" } } },
        current: { metadata: { labels: { gone: "1", kept: "1", theirs: "1" } } },
      },
      service,
    );
    expect(patch).toEqual({ metadata: { labels: { gone: null, kept: "2" } } });
  });

  test("matches items of a list by their key and tells their order", () => {
    const patch = threeWayPatch(
      {
        original: {
          spec: {
            containers: [
              { name: "a", image: "x:1" },
              { name: "old", image: "y" },
            ],
          },
        },
        modified: { spec: { containers: [{ name: "a", image: "x:2" }] } },
        current: {
          spec: {
            containers: [
              { name: "a", image: "x:1", tty: false },
              { name: "old", image: "y" },
            ],
          },
        },
      },
      pod,
    );
    expect(patch).toEqual({
      spec: {
        "$setElementOrder/containers": [{ name: "a" }],
        containers: [
          { image: "x:2", name: "a" },
          { $patch: "delete", name: "old" },
        ],
      },
    });
  });

  test("says only the order when only the order differs", () => {
    const [a, b] = [{ name: "a" }, { name: "b" }];
    const trees = {
      original: {},
      modified: { spec: { containers: [b, a] } },
      current: { spec: { containers: [a, b] } },
    };
    expect(threeWayPatch(trees, pod)).toEqual({ spec: { "$setElementOrder/containers": [b, a] } });
  });

  test("retains only its own members of a union", () => {
    const patch = threeWayPatch(
      {
        original: {},
        modified: { spec: { strategy: { type: "Recreate" } } },
        current: { spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } } },
      },
      deployment,
    );
    expect(patch).toEqual({ spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } });
  });

  test("adds to and deletes from lists of plain values", () => {
    const patch = threeWayPatch(
      {
        original: { metadata: { finalizers: ["a", "b"] } },
        modified: { metadata: { finalizers: ["b", "c"] } },
        current: { metadata: { finalizers: ["a", "b", "theirs"] } },
      },
      service,
    );
    expect(patch).toEqual({
      metadata: {
        "$deleteFromPrimitiveList/finalizers": ["a"],
        "$setElementOrder/finalizers": ["b", "c"],
        finalizers: ["c"],
      },
    });
  });

  test("replaces lists that have no key", () => {
    const trees = { original: {}, modified: { spec: { l: [1, 3] } }, current: { spec: { l: [1, 2], more: true } } };
    expect(threeWayPatch(trees, "")).toEqual({ spec: { l: [1, 3] } });
  });
});
