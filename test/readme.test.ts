import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { picokubeVersion } from "../src/cluster/version.ts";
import { createCluster, type Kinds } from "../src/index.ts";
import { play } from "./support/transcript.ts";

const root = join(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "gu"))].map(([, code = ""]) => code);
}

test("README's first page works as typed", async () => {
  const commands = blocks("sh")
    .flatMap((block) => block.split("\n"))
    .filter((line) => /^(?:kubectl|curl) /u.test(line) && !line.includes(" -it "));
  const played = await play(commands.map((line) => `$ ${line.replaceAll("examples/", "")}`).join("\n\n"));
  expect(commands.length).toBeGreaterThan(5);
  expect(played).not.toMatch(/\[exit|^error|^curl: \(/mu);
  expect(played).toMatch(/\$ curl localhost:30000\nHello from simple-server-/u);
});

/** Runs a program of README's with a cluster and the lesson's manifests; gives back some of its variables. */
async function results(program: string | undefined, names: string): Promise<unknown> {
  const AsyncFunction = (async () => {}).constructor as new (
    ...names: string[]
  ) => (...values: unknown[]) => Promise<unknown>;
  const body = (program ?? "").replace(/^import .*$/mu, "");
  const run = new AsyncFunction("createCluster", "manifests", `${body}\nreturn { ${names} };`);
  const manifests = ["replicaset", "curl-pod", "service-clusterip"].map((name) =>
    readFileSync(join(root, `examples/services/${name}.yaml`), "utf8"),
  );
  return run(createCluster, manifests.join("---\n"));
}

test("README's program runs", async () => {
  const { reply, stdout, exitCode } = (await results(blocks("js")[0], "reply, stdout, exitCode")) as {
    reply: { status: number; body: string };
    stdout: string;
    exitCode: number;
  };
  expect([reply.status, exitCode]).toEqual([200, 0]);
  expect(reply.body).toMatch(/^Hello from simple-server-/u);
  expect(stdout).toMatch(/^Hello from simple-server-/u);
});

test("README's program on objects runs", async () => {
  const { phases, replicaSet, pods } = (await results(blocks("js")[1], "phases, replicaSet, pods")) as {
    phases: string[];
    replicaSet: Kinds["ReplicaSet"];
    pods: Kinds["Pod"][];
  };
  expect([replicaSet.status?.readyReplicas, pods.length]).toEqual([5, 5]);
  expect(phases).toContain("Pending");
  expect(phases.filter((phase) => phase === "Running").length).toBeGreaterThanOrEqual(5);
});

test("the version that is printed is the package's", () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  expect(picokubeVersion).toBe(version);
});
