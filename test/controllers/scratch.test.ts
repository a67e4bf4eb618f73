import { test, vi } from "vitest";
vi.mock("../../src/cluster/apply.ts", () => ({ apply: () => {} }));
vi.mock("../../src/index.ts", async () => await import("../../src/cluster.ts"));
import { controllerRevisions } from "../../src/resources/apps/controller-revision.ts";
import { daemonSets } from "../../src/resources/apps/daemon-set.ts";
import { statefulSets } from "../../src/resources/apps/stateful-set.ts";
import { cronJobs } from "../../src/resources/batch/cron-job.ts";
import { jobs } from "../../src/resources/batch/job.ts";
import { testCluster, template } from "./test-cluster.ts";
const show = (x: unknown) => console.log(JSON.stringify(x, null, 1));
test("sts", async () => {
  await using t = await testCluster();
  await t.create({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "web" },
    spec: { replicas: 3, serviceName: "web", selector: { matchLabels: { app: "web" } }, template: template("web") },
  });
  show(await t.podNames());
  show((await t.get(statefulSets, "web")).status);
  show(await t.events("web"));
  await t.patch(statefulSets, "web", {
    spec: { template: { spec: { containers: [{ name: "main", image: "nginx:1.27" }] } } },
  });
  show((await t.get(statefulSets, "web")).status);
  await t.advance("5m");
  show((await t.get(statefulSets, "web")).status);
  show((await t.list(controllerRevisions)).map((r) => [r.metadata.name, r.revision]));
  show(await t.events("web"));
});
test("ds", async () => {
  await using t = await testCluster();
  await t.create({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "logs" },
    spec: { selector: { matchLabels: { app: "logs" } }, template: template("logs") },
  });
  show(await t.podNames());
  show((await t.get(daemonSets, "logs")).status);
  show(await t.events("logs"));
  await t.patch(daemonSets, "logs", {
    spec: { template: { spec: { containers: [{ name: "main", image: "nginx:1.27" }] } } },
  });
  await t.advance("5m");
  show((await t.get(daemonSets, "logs")).status);
  show(await t.events("logs"));
});
test("job", async () => {
  await using t = await testCluster();
  await t.create({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "pi" },
    spec: { completions: 3, parallelism: 2, template: template("pi", "exit 0", { restartPolicy: "Never" }) },
  });
  show(await t.podNames());
  show((await t.get(jobs, "pi")).status);
  show(await t.events("pi"));
  await t.create({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "bad" },
    spec: { backoffLimit: 2, template: template("bad", "exit 1", { restartPolicy: "Never" }) },
  });
  await t.advance("5m");
  show(await t.podNames());
  show((await t.get(jobs, "bad")).status);
  show(await t.events("bad"));
});
test("cron", async () => {
  await using t = await testCluster();
  await t.create({
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "tick" },
    spec: {
      schedule: "*/15 * * * *",
      jobTemplate: { spec: { template: template("tick", "exit 0", { restartPolicy: "Never" }) } },
    },
  });
  const s = performance.now();
  await t.advance("168h");
  console.log("week", performance.now() - s);
  show(await t.podNames());
  show((await t.get(cronJobs, "tick")).status);
  show((await t.events("tick")).slice(-12));
});
