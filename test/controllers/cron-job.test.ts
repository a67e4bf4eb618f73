import { describe, expect, test } from "vitest";

import { dueSince, parseSchedule } from "../../src/controllers/cron-job/schedule.ts";
import { cronJobs } from "../../src/resources/batch/cron-job.ts";
import { jobs } from "../../src/resources/batch/job.ts";
import { idle, template, testCluster } from "./test-cluster.ts";

function cronJob(schedule: string, spec: object = {}, script = "exit 0"): object {
  const pod = template("tick", script, { restartPolicy: "Never" });
  const jobTemplate = { spec: { template: pod } };
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "tick" },
    spec: { schedule, jobTemplate, ...spec },
  };
}

const at = (text: string): number => Date.parse(`2025-01-${text}Z`);

describe("a schedule", () => {
  test.each([
    ["*/15 * * * *", undefined, "01T00:00:00", "01T00:15:00"],
    ["5/20 * * * *", undefined, "01T00:26:00", "01T00:45:00"],
    ["0 9 * * mon-fri", undefined, "03T10:00:00", "06T09:00:00"],
    ["0 0 13 * 5", undefined, "10T01:00:00", "13T00:00:00"],
    ["@daily", undefined, "01T00:00:00", "02T00:00:00"],
    ["@every 90m", undefined, "01T00:10:00", "01T01:40:00"],
    ["0 9 * * *", "Asia/Tokyo", "01T01:00:00", "02T00:00:00"],
    ["TZ=Asia/Tokyo 0 9 * * *", undefined, "01T01:00:00", "02T00:00:00"],
  ])("%s (%s) after %s is due at %s", (text, zone, after, due) => {
    expect(parseSchedule(text, zone).next(at(after))).toBe(at(due));
  });

  test("that has been due many times is due once, for the latest", () => {
    const schedule = parseSchedule("*/10 * * * *", undefined);
    expect(dueSince(schedule, at("01T00:00:00"), at("03T00:05:00"))).toEqual({
      latest: at("03T00:00:00"),
      missed: 288,
    });
    expect(dueSince(schedule, at("01T00:00:00"), at("01T00:05:00"))).toEqual({ latest: undefined, missed: 0 });
  });
});

describe("a CronJob", () => {
  test("of a day that never comes says so", async () => {
    await using t = await testCluster();
    await t.create(cronJob("59 23 31 2 *"));
    await t.advance("1s");
    expect(await t.events("tick")).toEqual([
      expect.stringContaining("59 23 31 2 * : time difference between two schedules is less than 1 second"),
    ]);
  });

  test("makes a Job for each time, named after its minute", async () => {
    await using t = await testCluster();
    await t.create(cronJob("*/5 * * * *", { timeZone: "Europe/Berlin" }));
    await t.advance("5m");
    const [job] = await t.list(jobs);
    expect(job?.metadata.name).toBe(`tick-${at("01T00:05:00") / 60_000}`);
    expect(job?.metadata.annotations).toEqual({
      "batch.kubernetes.io/cronjob-scheduled-timestamp": "2025-01-01T01:05:00+01:00",
    });
    expect((await t.get(cronJobs, "tick")).status).toEqual({
      lastScheduleTime: "2025-01-01T00:05:00Z",
      lastSuccessfulTime: "2025-01-01T00:05:00Z",
    });
    const name = job?.metadata.name ?? "";
    expect((await t.events("tick")).filter((event) => / job:? /u.test(event))).toEqual([
      `Normal SuccessfulCreate Created job ${name}`,
      `Normal SawCompletedJob Saw completed job: ${name}, condition: Complete`,
    ]);
  });

  test("keeps as many Jobs as its limits say", async () => {
    await using t = await testCluster();
    await t.create(cronJob("* * * * *", { successfulJobsHistoryLimit: 2 }));
    await t.advance("6m");
    expect((await t.list(jobs)).map(({ metadata }) => metadata.name).toSorted()).toEqual(
      [5, 6].map((minute) => `tick-${at(`01T00:0${minute}:00`) / 60_000}`),
    );
  });

  test.each([
    ["Allow", 3],
    ["Forbid", 1],
    ["Replace", 1],
  ])("with concurrencyPolicy %s has %i Jobs that do not end", async (concurrencyPolicy, count) => {
    await using t = await testCluster();
    await t.create(cronJob("* * * * *", { concurrencyPolicy }, idle));
    await t.advance("3m30s");
    expect((await t.get(cronJobs, "tick")).status?.active).toHaveLength(count);
    const first = at("01T00:01:00") / 60_000;
    const left = (await t.list(jobs)).map(({ metadata }) => Number(metadata.name.slice("tick-".length)) - first);
    expect(left.toSorted((a, b) => a - b)).toEqual({ Allow: [0, 1, 2], Forbid: [0], Replace: [2] }[concurrencyPolicy]);
    if (concurrencyPolicy !== "Forbid") return;
    expect(await t.events("tick")).toContain(
      "Normal JobAlreadyActive Not starting job because prior execution is running and concurrency policy is Forbid",
    );
  });

  test("makes up for one missed time after a pause, unless that is too long ago", async () => {
    await using t = await testCluster({ nodes: 0 });
    await t.create(cronJob("0 * * * *", { suspend: true }));
    await t.advance("3h30m");
    expect(await t.list(jobs)).toEqual([]);
    await t.patch(cronJobs, "tick", { spec: { suspend: false, startingDeadlineSeconds: 60 } });
    expect(await t.list(jobs)).toEqual([]);
    await t.patch(cronJobs, "tick", { spec: { startingDeadlineSeconds: 3600 } });
    expect((await t.list(jobs)).map(({ metadata }) => metadata.name)).toEqual([`tick-${at("01T03:00:00") / 60_000}`]);
  });

  test("does not make up for times of a schedule that it did not have then", async () => {
    await using t = await testCluster({ nodes: 0 });
    await t.create(cronJob("0 12 * * *"));
    await t.advance("2h30m");
    await t.patch(cronJobs, "tick", { spec: { schedule: "0 * * * *" } });
    expect(await t.list(jobs)).toEqual([]);
    await t.advance("30m");
    expect(await t.list(jobs)).toHaveLength(1);
  });

  test("lives through a week in no time", async () => {
    await using t = await testCluster({ nodes: 0 });
    await t.create(cronJob("0 */6 * * *", { concurrencyPolicy: "Replace" }));
    await t.advance("168h");
    expect((await t.get(cronJobs, "tick")).status?.lastScheduleTime).toBe("2025-01-08T00:00:00Z");
  });
});
