import { describe, expect, test } from "vitest";

import type { JobSpec } from "../../src/api/types.gen.ts";
import { jobs } from "../../src/resources/batch/job.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { idle, template, testCluster } from "./test-cluster.ts";

const never = { restartPolicy: "Never" } as const;

function job(script: string, spec: Partial<JobSpec> = {}): object {
  const pod = template("work", script, never);
  return { apiVersion: "batch/v1", kind: "Job", metadata: { name: "work" }, spec: { template: pod, ...spec } };
}

/** Fails for the indexes in the list. */
const failFor = (...indexes: number[]): string =>
  `case $JOB_COMPLETION_INDEX in ${indexes.join("|")}) exit 3;; *) exit 0;; esac`;

describe("a Job", () => {
  test("runs as many pods as it may until all completions are in", async () => {
    await using t = await testCluster();
    await t.create(job("sleep 10", { completions: 5, parallelism: 2 }));
    expect((await t.get(jobs, "work")).status).toMatchObject({ active: 2, ready: 2, terminating: 0 });
    await t.advance("11s");
    expect((await t.get(jobs, "work")).status).toMatchObject({ active: 2, succeeded: 2 });
    await t.advance("1m");
    const { status } = await t.get(jobs, "work");
    expect(status).toMatchObject({ succeeded: 5, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
    expect(status?.active).toBeUndefined();
    expect(status?.conditions?.map(({ type, reason }) => [type, reason])).toEqual([
      ["SuccessCriteriaMet", "CompletionsReached"],
      ["Complete", "CompletionsReached"],
    ]);
    expect(status?.completionTime).toBe("2025-01-01T00:00:30Z");
    expect((await t.events("work")).filter((event) => event.includes("Job"))).toEqual([
      "Normal Completed Job completed",
    ]);
    expect((await t.pods()).flatMap(({ metadata }) => metadata.finalizers ?? [])).toEqual([]);
  });

  test("tries again after a growing pause, and gives up at its limit", async () => {
    await using t = await testCluster();
    await t.create(job("exit 1", { backoffLimit: 3 }));
    const tries: number[] = [];
    for (const pause of ["0s", "10s", "20s", "40s"]) {
      await t.advance(pause);
      tries.push((await t.podNames()).length);
    }
    expect(tries).toEqual([1, 2, 3, 4]);
    const { status } = await t.get(jobs, "work");
    expect(status).toMatchObject({ failed: 4 });
    expect(status?.conditions?.map(({ type, reason, message }) => [type, reason, message])).toEqual([
      ["FailureTarget", "BackoffLimitExceeded", "Job has reached the specified backoff limit"],
      ["Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit"],
    ]);
    expect(await t.events("work")).toContain(
      "Warning BackoffLimitExceeded Job has reached the specified backoff limit",
    );
  });

  test("gives each pod of an indexed Job its index", async () => {
    await using t = await testCluster();
    await t.create(
      job("echo $JOB_COMPLETION_INDEX $HOSTNAME", { completions: 4, parallelism: 4, completionMode: "Indexed" }),
    );
    const { status } = await t.get(jobs, "work");
    expect(status).toMatchObject({ succeeded: 4, completedIndexes: "0-3" });
    const all = await t.pods();
    expect(all.map(({ metadata }) => metadata.name.slice(0, 7))).toEqual(["work-0-", "work-1-", "work-2-", "work-3-"]);
    expect(all.map(({ spec }) => spec.hostname)).toEqual(["work-0", "work-1", "work-2", "work-3"]);
    expect(all[2]?.metadata.annotations).toEqual({ "batch.kubernetes.io/job-completion-index": "2" });
    expect(all[2]?.metadata.labels).toMatchObject({ "batch.kubernetes.io/job-completion-index": "2" });
  });

  test("lets each index fail by itself when the limit is per index", async () => {
    await using t = await testCluster();
    await t.create(
      job(failFor(1), { completions: 3, parallelism: 3, completionMode: "Indexed", backoffLimitPerIndex: 1 }),
    );
    expect((await t.get(jobs, "work")).status).toMatchObject({ completedIndexes: "0,2", failedIndexes: "" });
    await t.advance("15s");
    const { status } = await t.get(jobs, "work");
    expect(status).toMatchObject({ completedIndexes: "0,2", failedIndexes: "1", failed: 2, succeeded: 2 });
    expect(status?.conditions?.at(-1)).toMatchObject({
      type: "Failed",
      reason: "FailedIndexes",
      message: "Job has failed indexes",
    });
    const counts = (await t.pods()).flatMap(
      ({ metadata }) => metadata.annotations?.["batch.kubernetes.io/job-index-failure-count"] ?? [],
    );
    expect(counts.toSorted((a, b) => Number(a) - Number(b))).toEqual(["0", "0", "0", "1"]);
  });

  test("fails at once for an exit code that its failure policy names", async () => {
    await using t = await testCluster();
    const rules = [{ action: "FailJob" as const, onExitCodes: { operator: "In" as const, values: [42] } }];
    await t.create(job("exit 42", { backoffLimit: 6, podFailurePolicy: { rules } }));
    const [name = ""] = await t.podNames();
    expect(
      (await t.get(jobs, "work")).status?.conditions?.map(({ type, reason, message }) => [type, reason, message]),
    ).toEqual(
      ["FailureTarget", "Failed"].map((type) => [
        type,
        "PodFailurePolicy",
        `Container main for pod default/${name} failed with exit code 42 matching FailJob rule at index 0`,
      ]),
    );
  });

  test("does not count failures that its failure policy ignores", async () => {
    await using t = await testCluster();
    const rules = [{ action: "Ignore" as const, onExitCodes: { operator: "In" as const, values: [7] } }];
    await t.create(job("exit 7", { backoffLimit: 0, podFailurePolicy: { rules } }));
    await t.advance("1m");
    const { status } = await t.get(jobs, "work");
    expect(status?.failed).toBeUndefined();
    expect(status?.conditions).toBeUndefined();
    expect((await t.podNames()).length).toBeGreaterThan(1);
  });

  test("does not count pods that were evicted when its failure policy ignores disruptions", async () => {
    await using t = await testCluster();
    const rules = [{ action: "Ignore" as const, onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }];
    await t.create(job("sleep 1000", { backoffLimit: 0, podFailurePolicy: { rules } }));
    const [name = ""] = await t.podNames();
    const metadata = { name, namespace: "default" };
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata };
    await t.client.createSubresource(pods, metadata, "eviction", eviction);
    expect((await t.get(pods, name)).status?.conditions).toContainEqual(
      expect.objectContaining({ reason: "EvictionByEvictionAPI", message: "Eviction API: evicting" }),
    );
    await t.advance("1m");
    expect((await t.get(jobs, "work")).status).toMatchObject({ active: 1 });
    expect((await t.get(jobs, "work")).status?.failed).toBeUndefined();
  });

  test("succeeds when its success policy is met, and ends what still runs", async () => {
    await using t = await testCluster();
    const successPolicy = { rules: [{ succeededIndexes: "0", succeededCount: 1 }] };
    await t.create(
      job(`test $JOB_COMPLETION_INDEX = 0 && exit 0; ${idle}`, {
        completions: 3,
        parallelism: 3,
        completionMode: "Indexed",
        successPolicy,
      }),
    );
    await t.advance("1m");
    const { status } = await t.get(jobs, "work");
    expect(status).toMatchObject({ succeeded: 1, completedIndexes: "0", terminating: 0 });
    expect(status?.conditions?.map(({ type, reason, message }) => [type, reason, message])).toEqual([
      ["SuccessCriteriaMet", "SuccessPolicy", "Matched rules at index 0"],
      ["Complete", "SuccessPolicy", "Matched rules at index 0"],
    ]);
  });

  test("pauses and goes on", async () => {
    await using t = await testCluster();
    await t.create(job("sleep 60", { suspend: true }));
    expect(await t.podNames()).toEqual([]);
    expect((await t.get(jobs, "work")).status?.startTime).toBeUndefined();
    await t.advance("1m");
    await t.patch(jobs, "work", { spec: { suspend: false } });
    expect((await t.get(jobs, "work")).status).toMatchObject({ active: 1, startTime: "2025-01-01T00:01:00Z" });
    await t.patch(jobs, "work", { spec: { suspend: true } });
    await t.advance("1m");
    const { status } = await t.get(jobs, "work");
    expect(await t.podNames()).toEqual([]);
    expect(status?.failed).toBeUndefined();
    expect(status?.conditions).toMatchObject([{ type: "Suspended", status: "True", reason: "JobSuspended" }]);
    expect((await t.events("work")).filter((event) => /Suspended|Resumed/u.test(event))).toEqual([
      "Normal Suspended Job suspended",
      "Normal Resumed Job resumed",
    ]);
  });

  test("fails when it has been active for too long", async () => {
    await using t = await testCluster();
    await t.create(job(idle, { activeDeadlineSeconds: 30 }));
    await t.advance("29s");
    expect((await t.get(jobs, "work")).status).toMatchObject({ active: 1 });
    await t.advance("1m");
    const { status } = await t.get(jobs, "work");
    expect(status?.conditions?.at(-1)).toMatchObject({
      type: "Failed",
      reason: "DeadlineExceeded",
      message: "Job was active longer than specified deadline",
    });
    expect(await t.podNames()).toEqual([]);
  });

  test("replaces a deleted pod at once, or when it has ended if it is told so", async () => {
    await using t = await testCluster();
    await t.create(job("trap '' TERM; sleep 3600", { podReplacementPolicy: "Failed" }));
    await t.remove(pods, (await t.podNames())[0] ?? "");
    await t.advance("12s");
    expect(await t.podNames()).toHaveLength(1);
    expect((await t.get(jobs, "work")).status).toMatchObject({ terminating: 1 });
    await t.advance("1m");
    expect((await t.get(jobs, "work")).status).toMatchObject({ active: 1, terminating: 0, failed: 1 });
  });

  test("goes away a while after it has ended", async () => {
    await using t = await testCluster();
    await t.create(job("exit 0", { ttlSecondsAfterFinished: 60 }));
    await t.advance("59s");
    expect(await t.list(jobs)).toHaveLength(1);
    await t.advance("2s");
    expect(await t.list(jobs)).toEqual([]);
    expect(await t.podNames()).toEqual([]);
  });

  test("lets go of its pods when it is deleted", async () => {
    await using t = await testCluster();
    await t.create(job(idle));
    await t.remove(jobs, "work", "Background");
    await t.advance("1m");
    expect(await t.podNames()).toEqual([]);
  });

  test("gives up when containers are restarted in place too often", async () => {
    await using t = await testCluster();
    const pod = template("work", "exit 1", { restartPolicy: "OnFailure" });
    await t.create(job("", { template: pod, backoffLimit: 2 }));
    await t.advance("5m");
    expect((await t.get(jobs, "work")).status?.conditions?.at(-1)).toMatchObject({
      type: "Failed",
      reason: "BackoffLimitExceeded",
    });
  });
});
