import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { main } from "../../src/cli/main.ts";
import type { Cluster } from "../../src/index.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { pod, service, serviceCluster } from "../support/service-cluster.ts";

let cluster: Cluster;
let directory: string;

/** A running cluster, and a kubeconfig on disk that names it. */
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "picokube-remote-"));
  cluster = await serviceCluster({ clock: "real" });
  const { kubeconfig } = await cluster.listen();
  writeFileSync(join(directory, "config"), JSON.stringify(kubeconfig));
  await cluster.apply([pod("a", { app: "web" }), service("web", { clusterIP: "10.96.0.50" })].join("\n---\n"));
  await cluster.settle();
});

afterEach(async () => {
  await cluster.close();
  rmSync(directory, { recursive: true });
});

/** Runs a command against it; what it prints and its exit code. */
async function picokube(...args: string[]): Promise<{ text: string; code: number }> {
  const chunks: string[] = [];
  const take = (chunk: string | Uint8Array): boolean => chunks.push(String(chunk)) > 0;
  const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write").mockImplementation(take));
  try {
    const code = await main(["node", "picokube", ...args, "--kubeconfig", join(directory, "config")]);
    return { text: chunks.join(""), code };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

test("picokube why tells where a request ends, and fails with it", async () => {
  const works = await picokube("why", "client", "web");
  expect(works.code).toBe(0);
  expect(works.text).toMatch(/^default\/client reaches web\n/u);

  const fails = await picokube("why", "client", "web:81");
  expect(fails.code).toBe(1);
  expect(fails.text).toContain("✗ port         the Service has no port 81/TCP; it has 80/TCP");
  expect((await picokube("why", "client", "http://")).text).toBe('error: not a URL: "http://"\n');
});

test("picokube why pod/NAME tells what the scheduler has for and against each node", async () => {
  const placed = await picokube("why", "pod/client");
  expect(placed.code).toBe(0);
  expect(placed.text).toMatch(/^default\/client is on picokube-worker\n/u);
  expect(placed.text).toMatch(/✓ picokube-worker +\d+  in all\n +300  TaintToleration \(3 × 100\)\n/u);

  await cluster.client.create(pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "big", namespace: "default" },
    spec: { containers: [{ name: "big", image: "test/echo", resources: { requests: { cpu: "64" } } }] },
  });
  await cluster.settle();
  const pending = await picokube("why", "pod/big", "-n", "default");
  expect(pending.code).toBe(1);
  expect(pending.text).toMatch(/^default\/big has no node\n/u);
  expect(pending.text).toMatch(/✗ picokube-worker2 +NodeResourcesFit: Insufficient cpu\n/u);

  expect((await picokube("why", "pod/nobody")).text).toBe('error: pods "nobody" not found\n');
  expect((await picokube("why", "client")).text).toMatch(/^error: what should client reach\?/u);
});

test("picokube flows lists who called whom, without the noise of the cluster itself", async () => {
  await cluster.fetch("http://web", { from: "client" });
  const { text, code } = await picokube("flows");
  expect(code).toBe(0);
  expect(text).toMatch(/^[\d:.]+ client → web:80 → a:8080 accepted 6 B in \d+ ms\n$/u);
});

test("picokube faults lists what was injected", async () => {
  cluster.faults.add({ to: "app=web", latency: "1s" });
  expect((await picokube("faults")).text).toBe('- {"to":"app=web","latency":"1s"}\n');
});

test("picokube service says where a Service is open on this machine", async () => {
  const news = new Promise<void>((resolve) => {
    cluster.onNews((line) => {
      if (line.startsWith("service/shop answers")) resolve();
    });
  });
  await cluster.apply(service("shop", { type: "NodePort" }));
  await news;
  expect((await picokube("service", "shop", "--url")).text).toMatch(/^http:\/\/127\.0\.0\.1:3\d{4}\n$/u);
  expect(await picokube("service", "nobody")).toEqual({ text: 'error: services "nobody" not found\n', code: 1 });
});

test("without a cluster the commands say so", async () => {
  await cluster.close();
  expect(await picokube("flows")).toEqual({ text: "error: no cluster answers; is picokube running?\n", code: 1 });
});
