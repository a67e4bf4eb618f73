import { expect, test } from "vitest";

import type { KubeObject } from "../../../src/api/object.ts";
import type { Pod } from "../../../src/api/types.gen.ts";
import { createTestRegistry, pod } from "../test-registry.ts";

test("an update need not repeat a pod's priority", async () => {
  const registry = await createTestRegistry();
  const created = (await registry.create(pod("web"))) as Pod;
  const { priority: _, preemptionPolicy: __, ...spec } = created.spec;
  const updated = await registry.update({ ...created, spec } as KubeObject);
  expect(updated).toMatchObject({ spec: { priority: 0, preemptionPolicy: "PreemptLowerPriority" } });
});
