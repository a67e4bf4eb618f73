import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { Event } from "../../src/api/types.gen.ts";
import { events } from "../../src/resources/core/event.ts";
import { serviceCluster } from "../support/service-cluster.ts";

test("README's example of faults is one", async () => {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  const [, manifest = ""] = /```yaml\n([\s\S]*?)```/u.exec(readme) ?? [];
  await using cluster = await serviceCluster();
  await cluster.apply(manifest);
  await cluster.settle();
  const told: readonly Event[] = await cluster.client.list(events, "default");
  expect(told.find(({ involvedObject }) => involvedObject.name === "bad-day")?.message).toBe("Faults begun: 5");
  expect(cluster.faults.list()).toHaveLength(5);
});
