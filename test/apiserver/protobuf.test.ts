import { beforeEach, describe, expect, test } from "vitest";

import { decodeProtobuf } from "../../src/apiserver/schema/protobuf-reader.ts";
import { readFields } from "../../src/apiserver/schema/wire-reader.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

const protobuf = "application/vnd.kubernetes.protobuf";
const configMaps = "/api/v1/namespaces/team/configmaps";
let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});

interface Received {
  readonly status: number;
  readonly type: string;
  readonly body: AsyncIterable<Uint8Array> | Uint8Array;
}

async function ask(path: string, accept = protobuf, body = ""): Promise<Received> {
  const [bare = "", query = ""] = path.split("?", 2);
  const answer = await api.plane.server.handle({
    method: body ? "POST" : "GET",
    path: bare,
    query: new URLSearchParams(query),
    headers: { accept },
    body: Buffer.from(body),
    user: { name: "admin", groups: ["system:masters"] },
    signal: new AbortController().signal,
  });
  const { status, headers } = answer;
  return { status, type: String(headers["content-type"]), body: answer.body as Uint8Array };
}

async function read(path: string, accept?: string, body?: string): Promise<Record<string, unknown>> {
  return decodeProtobuf((await ask(path, accept, body)).body as Uint8Array);
}

function textOf({ body }: Received): string {
  return Buffer.from(body as Uint8Array).toString();
}

/** The envelopes in a watch, each with the type of its event. */
async function* eventsIn(body: AsyncIterable<Uint8Array>): AsyncGenerator<[string, Record<string, unknown>]> {
  for await (const frame of body) {
    expect(Buffer.from(frame).readUInt32BE()).toBe(frame.length - 4);
    const [type, object] = [...readFields(frame.subarray(4))];
    const [raw] = [...readFields(object?.bytes ?? new Uint8Array())];
    yield [Buffer.from(type?.bytes ?? []).toString(), decodeProtobuf(raw?.bytes ?? new Uint8Array())];
  }
}

describe("a client that asks for protobuf gets", () => {
  test("objects and lists as they are in JSON", async () => {
    await api.post(configMaps, { metadata: { name: "a", labels: { x: "y" } }, data: { k: "v" } });
    const { body: json } = await api.get(`${configMaps}/a`);
    expect(await read(`${configMaps}/a`)).toEqual(json);
    const { apiVersion: _a, kind: _k, ...item } = json;
    const list = await read(`${configMaps}?fieldSelector=metadata.name=a`);
    expect(list).toMatchObject({ apiVersion: "v1", kind: "ConfigMapList", items: [item] });
    expect(list["metadata"]).toHaveProperty("resourceVersion");
  });

  test("what it has created, and a Status when that fails", async () => {
    const made = JSON.stringify({ metadata: { name: "b" } });
    expect(await read(configMaps, protobuf, made)).toMatchObject({ kind: "ConfigMap", metadata: { name: "b" } });
    expect(await ask(configMaps, protobuf, made)).toMatchObject({ status: 409, type: protobuf });
    expect(await read(configMaps, protobuf, made)).toMatchObject({
      kind: "Status",
      reason: "AlreadyExists",
      code: 409,
    });
  });

  test("watch events behind their lengths", async () => {
    const { type, body } = await ask(`${configMaps}?watch=true&fieldSelector=metadata.name=c`);
    expect(type).toBe(`${protobuf};stream=watch`);
    await api.post(configMaps, { metadata: { name: "c" } });
    await api.delete(`${configMaps}/c`);
    const events = eventsIn(body as AsyncIterable<Uint8Array>);
    for (const expected of ["ADDED", "DELETED"]) {
      const [event, object] = (await events.next()).value as [string, Record<string, unknown>];
      expect([event, object]).toMatchObject([expected, { kind: "ConfigMap", metadata: { name: "c" } }]);
    }
  });

  test("an expired watch as an ERROR", async () => {
    await api.post(configMaps, { metadata: { name: "d" } });
    api.plane.store.compact();
    const { body } = await ask(`${configMaps}?watch=true&resourceVersion=1`);
    const { value: event } = await eventsIn(body as AsyncIterable<Uint8Array>).next();
    expect(event).toMatchObject(["ERROR", { kind: "Status", reason: "Expired", code: 410 }]);
  });

  test("metadata alone", async () => {
    const partial = `${protobuf};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`;
    const text = textOf(await ask("/api/v1/namespaces/team", partial));
    expect(text).toContain("PartialObjectMetadata");
    expect(text).not.toContain("Active");
    const list = await ask("/api/v1/namespaces", `${protobuf};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1`);
    expect(textOf(list)).toContain("PartialObjectMetadataList");
  });

  test("discovery", async () => {
    expect(await read("/apis")).toMatchObject({ kind: "APIGroupList" });
  });
});

describe("of the types in an Accept header", () => {
  const table = ";as=Table;g=meta.k8s.io;v=v1";
  test.each([
    ["application/json, application/vnd.kubernetes.protobuf", "application/json"],
    ["application/vnd.kubernetes.protobuf, application/json", protobuf],
    ["application/vnd.kubernetes.protobuf;q=0.5, application/json", "application/json"],
    ["*/*, application/yaml", "application/yaml"],
    ["application/*", "application/json"],
    [`${protobuf}${table}, application/yaml`, "application/yaml"],
    [`application/json;as=Riddle, ${protobuf}`, protobuf],
  ])("%s the dearest that can be had is %s", async (accept, type) => {
    expect(await ask("/api/v1/namespaces/team", accept)).toMatchObject({ status: 200, type });
  });

  const all = "application/json, application/yaml, application/vnd.kubernetes.protobuf";
  const streams = "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";
  test.each([
    ["a picture", "/api/v1/pods", "image/png", all],
    ["a Table in protobuf", "/api/v1/pods", `${protobuf}${table}`, all],
    ["a watch in YAML", "/api/v1/pods?watch=true", "application/yaml", streams],
  ])("%s cannot be had", async (_, path, accept, types) => {
    const answer = await ask(path, `${accept}, text/html`);
    expect(answer.status).toBe(406);
    expect(textOf(answer)).toContain(`only the following media types are accepted: ${types}`);
  });

  test("what cannot be read again has no Table", async () => {
    const review = JSON.stringify({ spec: { nonResourceAttributes: { path: "/", verb: "get" } } });
    const reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    expect(await ask(reviews, `application/json${table}`, review)).toMatchObject({ status: 406 });
    expect(await ask(reviews, `application/json${table}, application/json`, review)).toMatchObject({ status: 201 });
  });
});

test("JSON is indented for those who ask", async () => {
  const text = async (query: string, accept = "application/json"): Promise<string> =>
    textOf(await ask(`/api/v1/namespaces/team${query}`, accept));
  const plain = await text("");
  expect(await text("?pretty=true")).toBe(JSON.stringify(JSON.parse(plain), null, 2));
  expect(await text("?pretty=false")).toBe(plain);
});
