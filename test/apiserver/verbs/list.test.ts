import { beforeEach, describe, expect, test } from "vitest";

import { startTestApi, type TestApi } from "../test-api.ts";

const path = "/api/v1/namespaces/team/configmaps";
let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
  for (const name of ["a", "b", "c", "d", "e"]) await create(name);
});

function create(name: string, labels: object = {}): Promise<unknown> {
  return api.post(path, { metadata: { name, labels } });
}

function namesIn(body: { items: { metadata: { name: string } }[] }): string[] {
  return body.items.map(({ metadata }) => metadata.name).filter((name) => name !== "kube-root-ca.crt");
}

describe("a list in chunks", () => {
  test("goes on where it stopped, as things were when it began", async () => {
    const first = await api.get(`${path}?limit=2`);
    expect(namesIn(first.body)).toEqual(["a", "b"]);
    expect(first.body.metadata.remainingItemCount).toBe(3);
    await api.delete(`${path}/d`);
    await api.patch(`${path}/c`, { data: { changed: "yes" } });
    await create("bb");
    const rest = await api.get(`${path}?limit=10&continue=${first.body.metadata.continue}`);
    expect(namesIn(rest.body)).toEqual(["c", "d", "e"]);
    expect(rest.body.items[0].data).toBeUndefined();
    expect(rest.body.metadata).toEqual({ resourceVersion: first.body.metadata.resourceVersion });
  });

  test("has no count of what remains when it selects", async () => {
    const { body } = await api.get(`${path}?limit=1&labelSelector=!x`);
    expect(body.metadata.continue).toBeDefined();
    expect(body.metadata.remainingItemCount).toBeUndefined();
  });

  test("that is too old says how to go on inconsistently", async () => {
    const first = await api.get(`${path}?limit=2`);
    await create("bb");
    api.plane.store.compact();
    const expired = await api.get(`${path}?limit=2&continue=${first.body.metadata.continue}`);
    expect(expired.status).toBe(410);
    expect(expired.body).toMatchObject({ reason: "Expired", metadata: { continue: expect.any(String) } });
    expect(expired.body.message).toMatch(/^The provided continue parameter is too old to display a consistent list/u);
    const rest = await api.get(`${path}?continue=${expired.body.metadata.continue}`);
    expect(namesIn(rest.body)).toEqual(["bb", "c", "d", "e"]);
  });

  test("expires by itself after some minutes", async () => {
    const first = await api.get(`${path}?limit=2`);
    await create("bb");
    await api.clock.advance(601_000);
    expect((await api.get(`${path}?continue=${first.body.metadata.continue}`)).status).toBe(410);
  });

  test.each([
    ["continue=nonsense", "continue key is not valid"],
    ["continue=TOKEN&resourceVersion=5", "specifying resource version is not allowed when using continue"],
  ])("refuses %s", async (query, message) => {
    const { body } = await api.get(`${path}?limit=2`);
    const answer = await api.get(`${path}?${query.replace("TOKEN", body.metadata.continue)}`);
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain(message);
  });
});

describe("the resourceVersion of a list", () => {
  test("shows things exactly as they were, or as they are now", async () => {
    const before = (await api.get(path)).body.metadata.resourceVersion as string;
    await create("f");
    const namesAt = async (query: string): Promise<string[]> => namesIn((await api.get(`${path}?${query}`)).body);
    const old = ["a", "b", "c", "d", "e"];
    expect(await namesAt(`resourceVersion=${before}&resourceVersionMatch=Exact`)).toEqual(old);
    expect(await namesAt(`resourceVersion=${before}&limit=9`)).toEqual(old);
    expect(await namesAt(`resourceVersion=${before}&resourceVersionMatch=NotOlderThan`)).toEqual([...old, "f"]);
    expect(await namesAt(`resourceVersion=${before}`)).toEqual([...old, "f"]);
    expect(await namesAt("resourceVersion=0&limit=2")).toEqual([...old, "f"]);
  });

  test.each([
    ["resourceVersion=999999", 504, "Too large resource version: 999999, current: "],
    ["resourceVersion=x", 400, "invalid resource version"],
    [
      "resourceVersionMatch=Exact",
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    ],
    [
      "resourceVersion=0&resourceVersionMatch=Exact",
      422,
      'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ],
    [
      "resourceVersion=1&resourceVersionMatch=Other",
      422,
      'resourceVersionMatch: Unsupported value: "Other": supported values: "Exact", "NotOlderThan", ""',
    ],
    ["sendInitialEvents=true", 422, "sendInitialEvents is forbidden for list"],
    ["fieldSelector=spec.x=y", 400, "field label not supported: spec.x"],
    ["limit=x", 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
  ])("refuses %s", async (query, status, message) => {
    const answer = await api.get(`${path}?${query}`);
    expect(answer.body.message).toContain(message);
    expect(answer.status).toBe(status);
  });

  test("that is forgotten is expired", async () => {
    await create("f");
    api.plane.store.compact();
    expect((await api.get(`${path}?resourceVersion=2&resourceVersionMatch=Exact`)).status).toBe(410);
  });
});

describe("what a list is shown as", () => {
  const accept = (as: string): object => ({ headers: { accept: `application/json;as=${as};v=v1;g=meta.k8s.io` } });

  test("metadata alone", async () => {
    const { body } = await api.get(path, accept("PartialObjectMetadataList"));
    expect(body).toMatchObject({ kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1" });
    expect(body.items[0]).toMatchObject({ kind: "PartialObjectMetadata", metadata: { name: "a" } });
  });

  test("a table with objects, with their metadata or alone", async () => {
    const rows = async (query: string): Promise<Record<string, { kind: string }>[]> =>
      (await api.get(`${path}?${query}`, accept("Table"))).body.rows;
    expect((await rows("includeObject=Object"))[0]?.["object"]?.kind).toBe("ConfigMap");
    expect((await rows(""))[0]?.["object"]?.kind).toBe("PartialObjectMetadata");
    expect((await rows("includeObject=None"))[0]).not.toHaveProperty("object");
    expect((await api.get(`${path}?includeObject=x`, accept("Table"))).status).toBe(400);
  });

  test("nothing else", async () => {
    const { status, body } = await api.get(path, accept("Chair"));
    expect(status).toBe(406);
    expect(body.reason).toBe("NotAcceptable");
  });
});

test("one object is as new as asked for, or not there yet", async () => {
  expect((await api.get(`${path}/a?resourceVersion=1`)).status).toBe(200);
  expect((await api.get(`${path}/a?resourceVersion=999999`)).status).toBe(504);
});

test("a namespace that is not there is empty", async () => {
  const { status, body } = await api.get("/api/v1/namespaces/nowhere/pods");
  expect({ status, items: body.items }).toEqual({ status: 200, items: [] });
});
