import { test, vi } from "vitest";
vi.mock("../../src/cluster/apply.ts", () => ({ apply: () => {} }));
vi.mock("../../src/index.ts", async () => await import("../../src/cluster.ts"));
import { jobs } from "../../src/resources/batch/job.ts";
import { testCluster, template } from "./test-cluster.ts";
test("cron", async () => {
  for (const nodes of [0, 3]) {
  await using t = await testCluster({ nodes });
  await t.create({ apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "tick" }, spec: { schedule: "*/15 * * * *", concurrencyPolicy: "Replace", jobTemplate: { spec: { template: template("tick", "exit 0", { restartPolicy: "Never" }) } } } });
  for (let day = 0; day < 3; day++) {
  const s = performance.now();
  await t.advance("24h");
  console.log("day", nodes, performance.now() - s, (await t.list(jobs)).length, (await t.pods()).length);
  }
  console.log(await t.events("tick").then((e) => e.slice(-5)));
  }
}, 60000);
