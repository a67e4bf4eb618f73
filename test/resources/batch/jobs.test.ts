import { describe, expect, test } from "vitest";

import type { Job } from "../../../src/api/types.gen.ts";
import { cronJobs } from "../../../src/resources/batch/cron-job.ts";
import { scheduleProblem } from "../../../src/resources/batch/cron-schedule.ts";
import { jobs } from "../../../src/resources/batch/job.ts";
import { cells, defaulted, lines, problems } from "../admitted.ts";

const containers = [{ name: "pi", image: "perl" }];
const template = { spec: { containers, restartPolicy: "Never" } };
const now = Date.parse("2025-01-01T00:05:00Z");

const job = defaulted(jobs, { spec: { template } });

test("a Job gets counts, a selector and labels of its own", () => {
  const labels = {
    "batch.kubernetes.io/controller-uid": "uid-1",
    "batch.kubernetes.io/job-name": "web",
    "controller-uid": "uid-1",
    "job-name": "web",
  };
  expect(job.metadata.labels).toEqual(labels);
  expect(job.status).toEqual({});
  expect(job.spec).toMatchObject({
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    completionMode: "NonIndexed",
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: "TerminatingOrFailed",
    selector: { matchLabels: { "batch.kubernetes.io/controller-uid": "uid-1" } },
    template: { metadata: { labels } },
  });
  expect(lines(jobs.validate?.(job) ?? [])).toEqual([]);
});

test.each<[string, object, string[]]>([
  [
    "restarts for ever",
    { template: { spec: { containers } } },
    ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
  ],
  [
    "is indexed without an end",
    { completionMode: "Indexed", parallelism: 2, template },
    ["spec.completions: Required value: when completion mode is Indexed"],
  ],
  [
    "runs fewer than no pods",
    { parallelism: -1, template },
    ["spec.parallelism: Invalid value: -1: must be greater than or equal to 0"],
  ],
  [
    "has a failure policy that says nothing",
    { podFailurePolicy: { rules: [{ action: "Ignore" }] }, template },
    ["spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required"],
  ],
  [
    "labels its pods as another's",
    { template: { ...template, metadata: { labels: { "job-name": "other" } } } },
    ["spec.template.metadata.labels[job-name]: Invalid value: must be 'web'"],
  ],
])("a Job is refused that %s", (_, spec, expected) => {
  const found = problems(jobs, { spec }).map((line) =>
    line.replace(/Invalid value: map.*\}: must/u, "Invalid value: must"),
  );
  expect(found).toEqual(expected);
});

test("a Job keeps its template and number of completions", () => {
  const other = { ...job, spec: { ...job.spec, completions: 2 } };
  expect(lines(jobs.validate?.(other, job) ?? [])).toEqual(["spec.completions: Invalid value: 2: field is immutable"]);
  const parallel = { ...job, spec: { ...job.spec, parallelism: 3 } };
  expect(jobs.validate?.(parallel, job)).toEqual([]);
});

test("a Job cannot end unannounced", () => {
  const time = "2025-01-01T00:01:00Z";
  const conditions = [{ type: "Complete", status: "True" }];
  const ended = { ...job, status: { startTime: time, completionTime: time, conditions } };
  expect(lines(jobs.validateStatus?.(ended, job) ?? [])).toEqual([
    "status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition",
  ]);
});

test.each<[string, Job["status"] & object, object, object]>([
  ["Running", {}, {}, { Completions: "0/1", Duration: "" }],
  ["Running", { startTime: "2025-01-01T00:00:00Z" }, {}, { Duration: "5m" }],
  [
    "Complete",
    {
      startTime: "2025-01-01T00:00:00Z",
      completionTime: "2025-01-01T00:00:42Z",
      succeeded: 1,
      conditions: [{ type: "Complete", status: "True" }],
    },
    {},
    { Completions: "1/1", Duration: "42s" },
  ],
  ["Suspended", { conditions: [{ type: "Suspended", status: "True" }] }, {}, {}],
  ["Running", { succeeded: 0 }, { parallelism: 3 }, { Completions: "0/1 of 3" }],
])("a Job is printed as %s", (word, status, spec, expected) => {
  const shown = { ...defaulted(jobs, { spec: { template, ...spec } }), status };
  expect(cells(jobs, shown, now)).toMatchObject({ Status: word, ...expected });
});

describe("a CronJob", () => {
  const spec = { schedule: "*/5 * * * *", jobTemplate: { spec: { template } } };

  test("gets its policy, and nothing of what a Job gets", () => {
    const cronJob = defaulted(cronJobs, { spec });
    expect(cronJob.spec).toMatchObject({
      concurrencyPolicy: "Allow",
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    expect(cronJob.spec.jobTemplate.spec).not.toHaveProperty("backoffLimit");
    expect(lines(cronJobs.validate?.(cronJob) ?? [])).toEqual([]);
    expect(cells(cronJobs, { ...cronJob, status: { lastScheduleTime: "2025-01-01T00:04:30Z" } }, now)).toMatchObject({
      Schedule: "*/5 * * * *",
      Timezone: "<none>",
      Suspend: "False",
      Active: 0,
      "Last Schedule": "30s",
      Containers: "pi",
      Selector: "<none>",
    });
  });

  test.each<[string, object, string[]]>([
    ["has no schedule", { schedule: "" }, ["spec.schedule: Required value"]],
    [
      "has a schedule of four fields",
      { schedule: "* * * *" },
      ['spec.schedule: Invalid value: "* * * *": expected exactly 5 fields, found 4: [* * * *]'],
    ],
    [
      "lives nowhere",
      { timeZone: "Mars/Olympus" },
      ['spec.timeZone: Invalid value: "Mars/Olympus": unknown time zone Mars/Olympus'],
    ],
    [
      "has an unknown policy",
      { concurrencyPolicy: "Maybe" },
      ['spec.concurrencyPolicy: Unsupported value: "Maybe": supported values: "Allow", "Forbid", "Replace"'],
    ],
  ])("is refused that %s", (_, more, expected) => {
    expect(problems(cronJobs, { spec: { ...spec, ...more } })).toEqual(expected);
  });

  test.each([
    ["0 9 * jan-mar mon,fri", undefined],
    ["@daily", undefined],
    ["@every 1h30m", undefined],
    ["60 * * * *", "end of range (60) above maximum (59): 60"],
    ["* * 0 * *", "beginning of range (0) below minimum (1): 0"],
    ["5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"],
    ["*/0 * * * *", "step of range should be a positive number: */0"],
    ["x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ["@sometimes", "unrecognized descriptor: @sometimes"],
  ])("the schedule %s is read", (schedule, problem) => {
    expect(scheduleProblem(schedule)).toBe(problem);
  });
});
