import { test, vi } from "vitest";
vi.mock("../../src/cluster/apply.ts", () => ({ apply: () => {} }));
vi.mock("../../src/index.ts", async () => await import("../../src/cluster.ts"));
import { Session } from "node:inspector/promises";

import { deployments } from "../../src/resources/apps/deployment.ts";
import { replicaSets } from "../../src/resources/apps/replica-set.ts";
import { testCluster, template } from "./test-cluster.ts";
const show = (x: unknown) => console.log(JSON.stringify(x, (k, v) => (k === "managedFields" ? undefined : v), 1));
const dep = (spec: object) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: { selector: { matchLabels: { app: "web" } }, template: template("web"), ...spec },
});
test("hist", async () => {
  await using t = await testCluster();
  await t.create(dep({ replicas: 1, revisionHistoryLimit: 1 }));
  for (const image of ["nginx:1", "nginx:2"]) {
    await t.patch(deployments, "web", { spec: { template: { spec: { containers: [{ name: "main", image }] } } } });
    await t.advance("1m");
  }
  show((await t.get(deployments, "web")).status);
  show(
    (await t.list(replicaSets))
      .filter((r) => r.metadata.namespace === "default")
      .map((r) => [r.metadata.annotations, r.metadata.generation, r.status, r.spec.replicas]),
  );
});
test("perf", async () => {
  await using t = await testCluster({ nodes: 12 });
  const profile = async (name: string, work: () => Promise<void>) => {
    const session = new Session();
    session.connect();
    await session.post("Profiler.enable");
    await session.post("Profiler.start");
    const s = performance.now();
    await work();
    console.log(name, performance.now() - s);
    const { profile } = (await session.post("Profiler.stop")) as any;
    const self = new Map<string, number>();
    const dt = profile.timeDeltas;
    const byId = new Map<number, any>(profile.nodes.map((n: any) => [n.id, n]));
    const parent = new Map<number, number>();
    for (const n of profile.nodes) for (const c of n.children ?? []) parent.set(c, n.id);
    const total = new Map<string, number>();
    const label = (n: any) =>
      `${n.callFrame.functionName} ${n.callFrame.url.split("/").slice(-2).join("/")}:${n.callFrame.lineNumber}`;
    profile.samples.forEach((id: number, i: number) => {
      const n: any = byId.get(id);
      const k = label(n);
      self.set(k, (self.get(k) ?? 0) + dt[i]);
      const seen = new Set<string>();
      for (let at: number | undefined = id; at !== undefined; at = parent.get(at)) {
        const l = label(byId.get(at));
        if (seen.has(l)) continue;
        seen.add(l);
        total.set(l, (total.get(l) ?? 0) + dt[i]);
      }
    });
    console.log(
      "SELF\n" +
        [...self]
          .sort((a, b) => b[1] - a[1])
          .slice(0, 25)
          .map(([k, v]) => `${(v / 1000).toFixed(0)}ms ${k}`)
          .join("\n"),
    );
    console.log(
      "TOTAL\n" +
        [...total]
          .sort((a, b) => b[1] - a[1])
          .filter(([k]) => k.includes(".ts"))
          .slice(0, 40)
          .map(([k, v]) => `${(v / 1000).toFixed(0)}ms ${k}`)
          .join("\n"),
    );
  };
  await profile("create", () => t.create(dep({ replicas: 1000 })));
  await profile("roll", async () => {
    await t.patch(deployments, "web", {
      spec: { template: { spec: { containers: [{ name: "main", image: "nginx:1" }] } } },
    });
    await t.advance("2m");
  });
}, 60000);
