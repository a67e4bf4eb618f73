import { describe, expect, test } from "vitest";

import { ApiError } from "../../../src/api/status.ts";
import { applyPatch } from "../../../src/apiserver/patch/patch.ts";

const json = "application/json-patch+json";
const merge = "application/merge-patch+json";
const strategic = "application/strategic-merge-patch+json";
const podType = "io.k8s.api.core.v1.Pod";

function patched(
  contentType: string,
  current: unknown,
  patch: unknown,
  typeName: string | undefined = podType,
): unknown {
  const bytes = new TextEncoder().encode(typeof patch === "string" ? patch : JSON.stringify(patch));
  return applyPatch({ contentType, patch: bytes, current, typeName });
}

function statusOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
  return undefined;
}

describe("merge patch", () => {
  test.each([
    ["merges maps", { a: { b: 1, c: 2 } }, { a: { b: 3 } }, { a: { b: 3, c: 2 } }],
    ["removes by null", { a: 1, b: 2 }, { a: null }, { b: 2 }],
    ["drops nulls in what is new", {}, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
    ["replaces lists", { a: [1, 2] }, { a: [3] }, { a: [3] }],
    ["replaces a scalar by a map", { a: 1 }, { a: { b: 2 } }, { a: { b: 2 } }],
    ["ignores the removal of what is not there", { a: 1 }, { b: null }, { a: 1 }],
  ])("%s", (_, current, patch, expected) => {
    expect(patched(merge, current, patch)).toEqual(expected);
  });

  test("leaves frozen input as it is and gives a copy of its own", () => {
    const current = Object.freeze({ a: Object.freeze({ b: 1 }) });
    const result = patched(merge, current, { c: 1 }) as { a: { b: number } };
    result.a.b = 2;
    expect(current).toEqual({ a: { b: 1 } });
  });
});

describe("JSON patch", () => {
  test.each([
    ["adds", { a: 1 }, [{ op: "add", path: "/b", value: 2 }], { a: 1, b: 2 }],
    ["adds null where no value is given", {}, [{ op: "add", path: "/b" }], { b: null }],
    ["adds into a list", { a: [1, 3] }, [{ op: "add", path: "/a/1", value: 2 }], { a: [1, 2, 3] }],
    ["adds at a list's end", { a: [1] }, [{ op: "add", path: "/a/-", value: 2 }], { a: [1, 2] }],
    [
      "counts negative indices from the end",
      { a: [1, 2] },
      [{ op: "replace", path: "/a/-1", value: 3 }],
      { a: [1, 3] },
    ],
    ["removes", { a: 1, b: 2 }, [{ op: "remove", path: "/a" }], { b: 2 }],
    ["moves", { a: 1 }, [{ op: "move", from: "/a", path: "/b" }], { b: 1 }],
    ["copies", { a: { x: 1 } }, [{ op: "copy", from: "/a", path: "/b" }], { a: { x: 1 }, b: { x: 1 } }],
    ["reads escaped names", { "a/b": 1 }, [{ op: "replace", path: "/a~1b", value: 2 }], { "a/b": 2 }],
    ["adds what it is to replace in a map", { a: {} }, [{ op: "replace", path: "/a/b", value: 1 }], { a: { b: 1 } }],
    ["copies a null from where nothing is", {}, [{ op: "copy", from: "/a", path: "/b" }], { b: null }],
    ["adds a null when no value is given", { a: 1 }, [{ op: "add", path: "/b" }], { a: 1, b: null }],
    ["finds null where nothing is", {}, [{ op: "test", path: "/a", value: null }], {}],
    ["goes on after a test that holds", { a: 1 }, [{ op: "test", path: "/a", value: 1 }], { a: 1 }],
  ])("%s", (_, current, patch, expected) => {
    expect(patched(json, current, patch)).toEqual(expected);
  });

  test.each([
    ["a test that fails", [{ op: "test", path: "/a", value: 2 }]],
    ["the removal of what is not there", [{ op: "remove", path: "/b" }]],
    ["the move of what is not there", [{ op: "move", from: "/b", path: "/c" }]],
    ["a replacement behind the end of a list", [{ op: "replace", path: "/list/0", value: 1 }]],
    ["an unknown parent", [{ op: "add", path: "/b/c", value: 1 }]],
    ["an unknown operation", [{ op: "merge", path: "/a", value: 1 }]],
  ])("answers 422 to %s", (_, patch) => {
    expect(statusOf(() => patched(json, { a: 1, list: [] }, patch))).toEqual({
      status: "Failure",
      message: "the server rejected our request due to an error in our request",
      reason: "Invalid",
      details: {},
      code: 422,
    });
  });
});

describe("a patch that cannot be read", () => {
  test.each([
    [json, "{", 400, "error decoding patch: unexpected end of JSON input"],
    [json, "{}", 400, "json: cannot unmarshal object into Go value of type jsonpatch.Patch"],
    [json, "[1]", 400, "json: cannot unmarshal number into Go value of type jsonpatch.Operation"],
    [merge, "hello", 400, "error decoding patch: invalid character 'h' looking for beginning of value"],
    [strategic, "[]", 400, "json: cannot unmarshal array into Go value of type map[string]interface {}"],
    [
      "application/json",
      "{}",
      415,
      "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, " +
        "application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml",
    ],
  ])("%s %s answers %d", (contentType, patch, code, message) => {
    expect(statusOf(() => patched(contentType, {}, patch))).toMatchObject({ code, message });
  });

  test("custom resources know no strategic merge patch", () => {
    const bytes = new TextEncoder().encode("{}");
    const run = (): unknown => applyPatch({ contentType: strategic, patch: bytes, current: {}, typeName: undefined });
    expect(statusOf(run)).toMatchObject({ code: 415, reason: "UnsupportedMediaType" });
  });

  test("a JSON patch of more than ten thousand operations is too large", () => {
    const patch = Array.from({ length: 10_001 }, () => ({ op: "test", path: "/a", value: 1 }));
    expect(statusOf(() => patched(json, { a: 1 }, patch))).toMatchObject({
      code: 413,
      message: "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001",
    });
  });
});
