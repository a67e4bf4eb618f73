import { expect, test } from "vitest";

import { cloneTree, type KubeObject, type Mutable } from "../../src/api/object.ts";
import { apiVersionOf } from "../../src/resources/definition.ts";
import { builtinResources } from "../../src/resources/index.ts";
import { validateMetadata } from "../../src/resources/metadata.ts";

const cases = builtinResources.flatMap((resource) => [
  [`${apiVersionOf(resource)} ${resource.kind}`, "nothing", resource, {}] as const,
  [`${apiVersionOf(resource)} ${resource.kind}`, "an empty spec", resource, { spec: {} }] as const,
]);

test.each(cases)("%s with %s is defaulted and judged without a crash", (_kind, _content, resource, content) => {
  const object = { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: { name: "web" }, ...content };
  const copy: Mutable<KubeObject> = cloneTree<KubeObject>(object);
  resource.default?.(copy);
  resource.prepareForCreate?.(copy);
  const later = cloneTree<KubeObject>(copy);
  resource.prepareForUpdate?.(later, copy);

  expect(Array.isArray(resource.validate?.(copy) ?? [])).toBe(true);
  expect(Array.isArray(resource.validate?.(later, copy) ?? [])).toBe(true);
  expect(Array.isArray(resource.validateStatus?.(later, copy) ?? [])).toBe(true);
  expect(Array.isArray(validateMetadata(later, resource, copy))).toBe(true);
});
