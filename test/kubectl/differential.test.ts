import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Cluster, createCluster } from "../../src/index.ts";
import { runKubectl } from "../../src/kubectl/kubectl.ts";
import { createKubectl, type Kubectl, kubectlMissing } from "../support/kubectl.ts";

if (kubectlMissing) process.stderr.write(`our kubectl is not compared with the real one: ${kubectlMissing}\n`);

/** Two clusters with the same seed and the same past: one for each kubectl. */
let mine: Cluster;
let theirs: Cluster;
let kubectl: Kubectl;

beforeAll(async () => {
  [mine, theirs] = await Promise.all([createCluster({ seed: 7 }), createCluster({ seed: 7 })]);
  kubectl = createKubectl((await theirs.listen({ nodePortAddress: false })).kubeconfig);
});
afterAll(async () => {
  kubectl.close();
  await Promise.all([mine.close(), theirs.close()]);
});

interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** Steps are `$ command` lines, each with its indented input below it. */
const script = readFileSync(join(import.meta.dirname, "differential.txt"), "utf8");
const steps = script.split(/^(?=\$ )/mu).map((step): [string, string] => {
  const [head = "", ...rest] = step.split("\n");
  const input = rest.filter((line) => line.startsWith("    ")).map((line) => line.slice(4));
  return [head.slice(2).trim(), input.join("\n")];
});

describe.skipIf(kubectlMissing !== undefined)("our kubectl prints what the real one prints:", () => {
  test.each(steps)("kubectl %s", async (command, input) => {
    const args = words(command);
    const [real, own] = await Promise.all([runReal(args, input), runOwn(args, input)]);
    await Promise.all([mine.settle(), theirs.settle()]);
    expect(own).toEqual(real);
  });
});

async function runReal(args: readonly string[], stdin: string): Promise<Output> {
  const { stdout, stderr, code } = await kubectl.run(args, { stdin });
  return masked({ stdout, stderr, code });
}

async function runOwn(args: readonly string[], stdin: string): Promise<Output> {
  const { transport, clock } = mine;
  const { stdout, stderr, exitCode } = await runKubectl(args, { transport, clock, stdin });
  return masked({ stdout, stderr, code: exitCode });
}

/** What two runs cannot have in common: the machine's time, versions, the server's own address and certificates. */
function masked({ stdout, stderr, code }: Output): Output {
  const mask = (text: string): string =>
    text
      .replaceAll(/https:\/\/127\.0\.0\.1:\d+/gu, "https://SERVER")
      .replaceAll(/resourceVersion: "\d+"/gu, 'resourceVersion: "N"')
      .replaceAll(/\b\d+(?:y\d+d|d\d+h|h\d+m|m\d+s|[yhdms])\b(?: +)?/gu, "AGE ")
      .replaceAll(/^W\d{4} [\d:.]+ +\d+ \S+\] /gmu, "W ")
      .replaceAll(/ --(?:kubeconfig|cache-dir)=\S+/gu, "")
      .replaceAll(/^Error: /gmu, "error: ")
      .replaceAll(/^E\d{4} .* err=(".*")$/gmu, (_, message: string) => `error: ${JSON.parse(message) as string}`);
  return { stdout: mask(stdout), stderr: mask(stderr), code };
}

/** Words as a shell would split them: quotes hold them together. */
function words(command: string): string[] {
  return [...command.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/gu)].map(([word]) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/gu, (_, double?: string, single?: string) => double ?? single ?? ""),
  );
}
