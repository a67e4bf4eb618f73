import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { kubectlMissing } from "../support/kubectl.ts";
import { type KubectlCluster, podManifest, startKubectlCluster, tellWhyNot, wordsOf } from "./kubectl-cluster.ts";

tellWhyNot("kubectl logs", kubectlMissing);

/** Twenty lines of each stream, one a second, on a clock that the test moves. */
const counting = "i=1; while [ $i -le 20 ]; do echo out $i; echo err $i >&2; i=$((i+1)); sleep 1; done; sleep 100000";
const shell = (name: string, script: string): object => ({ name, image: "busybox", command: ["sh", "-c", script] });
const manifest =
  podManifest(
    "talk",
    {
      initContainers: [shell("first", "echo from init")],
      containers: [shell("count", counting), shell("quiet", "echo hello; sleep 100000")],
    },
    { labels: { app: "talk" } },
  ) +
  podManifest("talk2", { containers: [shell("main", "echo second; sleep 100000")] }, { labels: { app: "talk" } }) +
  podManifest("crash", { containers: [shell("main", "echo run at $(date +%T); printf 'no end'; exit 3")] }) +
  podManifest("wide", {
    containers: [shell("main", "yes 0123456789 | head -c 40000000; echo; echo the end; sleep 100000")],
  }) +
  `
apiVersion: batch/v1
kind: Job
metadata: { name: once }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: busybox, command: [echo, job done] }] } } }
---
${podManifest("stuck", { containers: [{ name: "main", image: "nginx:nope" }] })}`;
let on: KubectlCluster;

beforeAll(async () => {
  const started = await startKubectlCluster("virtual");
  if (!started) return;
  on = started;
  await on.cluster.apply(manifest);
  await on.cluster.advance("19500ms");
});
afterAll(() => on?.close());

const logs = (args: string): Promise<string> => on.run(`logs ${args}`);
const refused = async (args: string): Promise<string> => {
  const { code, stderr } = await on.kubectl.run(wordsOf(`logs ${args}`));
  expect(code).toBe(1);
  return stderr.trimEnd();
};

describe.skipIf(kubectlMissing)("kubectl logs", () => {
  test.each([
    ["talk -c count --tail=3", "err 19\nout 20\nerr 20\n"],
    ["talk -c count --tail=0", ""],
    ["talk -c count --since=2s", "out 19\nerr 19\nout 20\nerr 20\n"],
    ["talk -c count --since-time=2025-01-01T00:00:19Z", "out 20\nerr 20\n"],
    ["talk -c count --limit-bytes=9", "out 1\nerr"],
    [
      "talk -c count --tail=2 --timestamps",
      /^2025-01-01T00:00:19\.\d{9}Z out 20\n2025-01-01T00:00:19\.\d{9}Z err 20\n$/u,
    ],
    ["talk -c first", "from init\n"],
    ["talk --all-containers --tail=1", "err 20\nfrom init\nhello\n"],
    [
      "talk --all-containers --prefix --tail=1",
      "[pod/talk/count] err 20\n[pod/talk/first] from init\n[pod/talk/quiet] hello\n",
    ],
    ["-l app=talk --all-containers --prefix --tail=1", /^\[pod\/talk2?\/\w+\] [\s\S]*\[pod\/talk2\/main\] second\n$/u],
    ["job/once", "job done\n"],
  ])("%s", async (args, wanted) => {
    const printed = await logs(args);
    // kubectl asks for several containers in any order.
    const inOrder = args.includes("--all-containers")
      ? `${printed.trimEnd().split("\n").toSorted().join("\n")}\n`
      : printed;
    expect(typeof wanted === "string" ? inOrder === wanted || inOrder : wanted.test(inOrder) || inOrder).toBe(true);
  });

  test("one of several containers is chosen, and said", async () => {
    const { stdout, stderr } = await on.kubectl.run(["logs", "talk", "--tail=1"]);
    expect(stdout).toBe("err 20\n");
    expect(stderr).toBe('Defaulted container "count" out of: count, quiet, first (init)\n');
  });

  test("--previous is the run before, and a crashed one is read until the next begins", async () => {
    await on.cluster.advance("10s");
    const [last, previous] = [await logs("crash"), await logs("crash --previous")];
    expect(last).toMatch(/^run at 00:00:\d\d\nno end$/u);
    expect(previous).toMatch(/^run at 00:00:\d\d\nno end$/u);
    expect(await refused("talk -c count --previous")).toBe(
      'Error from server (BadRequest): previous terminated container "count" in pod "talk" not found',
    );
  });

  test("what cannot be read says why", async () => {
    expect(await refused("stuck")).toBe(
      'Error from server (BadRequest): container "main" in pod "stuck" is waiting to start: trying and failing to pull image',
    );
    expect(await refused("talk -c nobody")).toBe("error: container nobody is not valid for pod talk");
    expect(await refused("nobody")).toBe(
      'error: error from server (NotFound): pods "nobody" not found in namespace "default"',
    );
    expect(await refused("talk -c count --since=1s --since-time=2025-01-01T00:00:00Z")).toContain(
      "at most one of `sinceTime` or `sinceSeconds` may be specified",
    );
  });

  test("-f goes on from what is there until the container ends", async () => {
    await on.cluster.apply(
      podManifest("ends", {
        restartPolicy: "Never",
        containers: [shell("main", "for i in 1 2 3; do echo $i; sleep 5; done")],
      }),
    );
    await on.cluster.settle();
    const following = on.run("logs -f ends");
    for (let second = 0; second < 20; second++) {
      await on.cluster.advance("1s");
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await following).toBe("1\n2\n3\n");
  });

  test("an endless log is rotated: the newest 10 MiB at most are kept, whole lines of them", async () => {
    await on.cluster.advance("5m");
    const printed = await logs("wide");
    expect(printed.length).toBeLessThan(10.1 * 2 ** 20);
    expect(printed.length).toBeGreaterThan(4 * 2 ** 20);
    expect(printed.slice(0, 22)).toBe("0123456789\n0123456789\n");
    expect(printed.slice(-20)).toMatch(/\n+the end\n$/u);
  });
});
