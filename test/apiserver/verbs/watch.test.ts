import { beforeEach, expect, test } from "vitest";

import { startTestApi, type TestApi } from "../test-api.ts";

const path = "/api/v1/namespaces/team/configmaps";
let api: TestApi;
let start: string;

beforeEach(async () => {
  api = await startTestApi();
  await create("a");
  start = (await api.get(path)).body.metadata.resourceVersion;
});

function create(name: string, labels: object = {}): Promise<{ body: { metadata: { resourceVersion: string } } }> {
  return api.post(path, { metadata: { name, labels } });
}

test("what comes after a version is told", async () => {
  const watch = await api.watch(`${path}?watch=1&resourceVersion=${start}`);
  await create("b");
  await api.delete(`${path}/b`);
  expect(await watch.next()).toMatchObject({ type: "ADDED", object: { metadata: { name: "b" } } });
  expect(await watch.next()).toMatchObject({ type: "DELETED", object: { metadata: { name: "b" } } });
});

test("without a version, what is there comes first", async () => {
  const watch = await api.watch(`${path}?watch=true&fieldSelector=metadata.name=a`);
  expect(await watch.next()).toMatchObject({ type: "ADDED", object: { metadata: { name: "a" } } });
});

test("an object that comes into the selection is added, one that leaves it deleted", async () => {
  const watch = await api.watch(`${path}?watch=true&labelSelector=x=y&resourceVersion=${start}`);
  await api.patch(`${path}/a`, { metadata: { labels: { x: "y" } } });
  await api.patch(`${path}/a`, { data: { k: "v" } });
  const { body } = await api.patch(`${path}/a`, { metadata: { labels: { x: "z" } } });
  expect([(await watch.next()).type, (await watch.next()).type]).toEqual(["ADDED", "MODIFIED"]);
  const gone = await watch.next();
  expect(gone).toMatchObject({ type: "DELETED", object: { metadata: { labels: { x: "y" } } } });
  expect(gone.object.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
});

test("initial events end with a bookmark that says so", async () => {
  const query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
  const watch = await api.watch(`${path}?${query}&fieldSelector=metadata.name=a`);
  expect((await watch.next()).type).toBe("ADDED");
  expect(await watch.next()).toMatchObject({
    type: "BOOKMARK",
    object: { kind: "ConfigMap", metadata: { annotations: { "k8s.io/initial-events-end": "true" } } },
  });
});

test("bookmarks come every minute and before the end", async () => {
  const watch = await api.watch(
    `${path}?watch=true&resourceVersion=${start}&allowWatchBookmarks=true&timeoutSeconds=90`,
  );
  await api.clock.advance(90_000);
  expect((await watch.next()).type).toBe("BOOKMARK");
  expect((await watch.next()).type).toBe("BOOKMARK");
  expect(await watch.next()).toBeUndefined();
});

test("a version that is forgotten ends the watch", async () => {
  await create("b");
  api.plane.store.compact();
  const watch = await api.watch(`${path}?watch=true&resourceVersion=${start}`);
  const { type, object } = await watch.next();
  expect({ type, code: object.code, reason: object.reason }).toEqual({ type: "ERROR", code: 410, reason: "Expired" });
  expect(object.message).toMatch(/^too old resource version: \d+ \(\d+\)$/u);
  expect(await watch.next()).toBeUndefined();
});

test("a version to come is waited for", async () => {
  const watch = await api.watch(`${path}?watch=true&resourceVersion=${Number(start) + 1}`);
  await create("b");
  await create("c");
  expect((await watch.next()).object.metadata.name).toBe("c");
});

test("a table's columns come with its first event only", async () => {
  const headers = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" };
  const watch = await api.watch(`${path}?watch=true&resourceVersion=${start}`, { headers });
  await create("b");
  await create("c");
  expect((await watch.next()).object.columnDefinitions[0].name).toBe("Name");
  expect((await watch.next()).object.columnDefinitions).toBeNull();
});

test.each([
  ["sendInitialEvents=true", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"],
  [
    "resourceVersionMatch=NotOlderThan",
    "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
  ],
  [
    "sendInitialEvents=true&resourceVersionMatch=Exact",
    'resourceVersionMatch: Unsupported value: "Exact": supported values: "NotOlderThan"',
  ],
])("%s is refused", async (query, message) => {
  const { status, body } = await api.get(`${path}?watch=true&${query}`);
  expect(status).toBe(422);
  expect(body.message).toContain(message);
});
