import { describe, expect, test } from "vitest";

import type { KubeObject } from "../../src/api/object.ts";
import { CompactedError, type StoreEvent } from "../../src/storage/store-event.ts";
import { Store } from "../../src/storage/store.ts";

const object = (name: string, namespace = "default"): KubeObject => ({
  apiVersion: "v1",
  kind: "Thing",
  metadata: { name, namespace },
});
const key = (name: string, namespace = "default"): { name: string; namespace: string } => ({ name, namespace });

function filled(...names: string[]): Store {
  const store = new Store();
  for (const name of names) store.put("things", key(name), object(name));
  return store;
}

describe("the store", () => {
  test("gives every change a new revision, which the object carries", () => {
    const store = filled("a");
    const before = store.revision;
    const stored = store.put("things", key("a"), object("a"));
    expect(store.revision).toBe(before + 1);
    expect(stored.metadata.resourceVersion).toBe(String(store.revision));
  });

  test("hands out what it holds: frozen, and the same object until it changes", () => {
    const store = filled("a");
    const first = store.get("things", key("a"));
    expect(Object.isFrozen(first) && Object.isFrozen(first?.metadata)).toBe(true);
    store.put("things", key("b"), object("b"));
    expect(store.get("things", key("a"))).toBe(first);
  });

  test("lists in order of namespace, then name, one namespace or all", () => {
    const store = filled("b", "a");
    store.put("things", key("z", "an-earlier-one"), object("z", "an-earlier-one"));
    expect(store.list("things").map(({ metadata }) => metadata.name)).toEqual(["z", "a", "b"]);
    expect(store.list("things", "default").map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
    expect(store.list("others")).toEqual([]);
  });

  test("a watch replays what came after a revision, then follows", () => {
    const store = filled("a");
    const after = store.revision;
    store.put("things", key("b"), object("b"));
    const seen: string[] = [];
    const stop = store.watch("things", { after }, ({ type, object: { metadata } }) =>
      seen.push(`${type} ${metadata.name}`),
    );
    store.put("things", key("b"), object("b"));
    store.delete("things", key("a"));
    stop();
    store.put("things", key("c"), object("c"));
    expect(seen).toEqual(["ADDED b", "MODIFIED b", "DELETED a"]);
  });

  test("a watch of one namespace hears of no other", () => {
    const store = new Store();
    const seen: StoreEvent[] = [];
    store.watch("things", { after: 0, namespace: "mine" }, (event) => seen.push(event));
    store.put("things", key("a", "theirs"), object("a", "theirs"));
    store.put("things", key("b", "mine"), object("b", "mine"));
    expect(seen.map((event) => event.object.metadata.name)).toEqual(["b"]);
  });

  test("after compaction a watch from before it is refused", () => {
    const store = filled("a", "b");
    store.compact();
    expect(() => store.watch("things", { after: 1 }, () => {})).toThrow(CompactedError);
    expect(() => store.watch("things", { after: store.revision }, () => {})).not.toThrow();
  });

  test("forgets the oldest changes beyond its history, and knows that it has", () => {
    const store = new Store(2);
    for (let i = 0; i < 10; i++) store.put("things", key("a"), object("a"));
    expect(() => store.watch("things", { after: 1 }, () => {})).toThrow(CompactedError);
  });
});
