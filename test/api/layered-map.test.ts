import { describe, expect, test } from "vitest";

import { LayeredMap } from "../../src/api/layered-map.ts";

const map = new LayeredMap(
  new Map([["a", 1]]),
  new Map([["b", 2]]),
  new Map([
    ["a", 3],
    ["c", 4],
  ]),
);

describe("maps in layers", () => {
  test("show the value of the first layer that has a key", () => {
    expect([map.get("a"), map.get("b"), map.get("c"), map.get("d")]).toEqual([1, 2, 4, undefined]);
    expect([map.has("c"), map.has("d"), map.size]).toEqual([true, false, 3]);
  });

  test("give each key once, the upper layers' first", () => {
    const entries = [
      ["a", 1],
      ["b", 2],
      ["c", 4],
    ];
    expect([...map]).toEqual(entries);
    expect([...map.keys()]).toEqual(["a", "b", "c"]);
    expect([...map.values()]).toEqual([1, 2, 4]);
    const told: unknown[] = [];
    map.forEach((value, key) => told.push([key, value]));
    expect(told).toEqual(entries);
    expect(new Map(map)).toEqual(
      new Map([
        ["a", 1],
        ["b", 2],
        ["c", 4],
      ]),
    );
  });
});
