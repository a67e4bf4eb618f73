import { expect, test } from "vitest";

import { responseFrom, type Review, type Webhook } from "../../../src/apiserver/admission/webhook/review.ts";

const mutating = { name: "m", reinvocationPolicy: "Never" } as Webhook;
const validating = { name: "v" } as Webhook;
const asked = (version: string): Review => ({
  apiVersion: `admission.k8s.io/${version}`,
  kind: "AdmissionReview",
  request: { uid: "1" },
});
const reply = (response: object | undefined, type: object = asked("v1")): string =>
  JSON.stringify({ ...type, request: undefined, response });

test.each([
  ["nothing", reply(undefined), validating, "webhook response was absent"],
  ["an answer to another question", reply({ uid: "2" }), validating, 'expected response.uid="1", got "2"'],
  [
    "an answer of no kind",
    reply({ uid: "1" }, {}),
    validating,
    "expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got /, Kind=",
  ],
  [
    "a patch of no type",
    reply({ uid: "1", patch: "W10=" }),
    mutating,
    "webhook returned response.patch but not response.patchType",
  ],
  [
    "a type of no patch",
    reply({ uid: "1", patchType: "JSONPatch" }),
    mutating,
    "webhook returned response.patchType but not response.patch",
  ],
  [
    "a patch of who may only look",
    reply({ uid: "1", patch: "W10=", patchType: "JSONPatch" }),
    validating,
    "validating webhook may not return response.patch",
  ],
])("%s is no answer", (_, text, webhook, message) => {
  expect(() => responseFrom(text, asked("v1"), webhook)).toThrow(message);
});

test("of v1beta1 neither kind nor uid is checked, and a patch is a JSON patch", () => {
  const text = JSON.stringify({ response: { allowed: true, patch: "W10=" } });
  expect(responseFrom(text, asked("v1beta1"), mutating)).toEqual({
    allowed: true,
    patch: "W10=",
    patchType: "JSONPatch",
  });
  expect(responseFrom(text, asked("v1beta1"), validating)).toEqual({ allowed: true });
});
