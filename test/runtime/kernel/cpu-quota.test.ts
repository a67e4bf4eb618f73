import { expect, test } from "vitest";

import { CpuQuota } from "../../../src/runtime/kernel/cpu-quota.ts";
import type { Program } from "../../../src/runtime/process.ts";
import { VirtualClock } from "../../../src/sim/virtual-clock.ts";
import { makeContainer, runToEnd } from "../running-container.ts";

/** Spins until it has had so much of the processor, and tells how long that took. */
function spinner(cpuMs: number): Program {
  return async (process) => {
    const startedAt = process.clock.now();
    for (let used = 0; used < cpuMs; used += 0.05) await process.pause();
    await process.print(`${process.clock.now() - startedAt} `);
    return 0;
  };
}

test.each([
  { cores: 0.5, ms: 50, takes: 50 },
  { cores: 0.5, ms: 51, takes: 101 },
  { cores: 0.5, ms: 500, takes: 950 },
  { cores: 0.1, ms: 10, takes: 10 },
  { cores: 2, ms: 500, takes: 500 },
  { cores: 0.001, ms: 3, takes: 201 },
])("$ms ms of $cores cores take $takes ms", ({ cores, ms, takes }) => {
  expect(new CpuQuota(new VirtualClock(), cores).takeMs(ms)).toBeCloseTo(takes);
});

test("a busy loop takes longer under a limit, and what it used stays within it", async () => {
  const free = makeContainer(spinner(500));
  const limited = makeContainer(spinner(500), {}, { cpuLimit: 0.25 });
  await runToEnd(free, 10_000);
  await runToEnd(limited, 10_000);
  expect(Number(free.output.stdout)).toBeLessThan(520);
  expect(Number(limited.output.stdout)).toBeGreaterThan(1900);
  expect(Number(limited.output.stdout)).toBeLessThan(2100);
});

test("processes of a container share its limit", async () => {
  const both: Program = async (process) => {
    const children = [1, 2].map(() => process.fork((child) => child.compute(1000).then(() => 0)));
    await Promise.all(children.map(({ exit }) => exit));
    return 0;
  };
  const limited = makeContainer(both, {}, { cpuLimit: 0.5 });
  limited.live.start();
  await limited.clock.advance(2000);
  expect(limited.live.usage.cpuNanoseconds / 1e6).toBeGreaterThan(980);
  expect(limited.live.usage.cpuNanoseconds / 1e6).toBeLessThanOrEqual(1001);
  expect(limited.live.container.processes.size).toBe(3);
  await limited.clock.advance(2100);
  expect(await limited.live.exited).toEqual({ exitCode: 0 });
});

test("a control group tells its quota and how often it was throttled", async () => {
  const container = makeContainer(
    async (process) => {
      await process.compute(200);
      const { files } = process;
      await process.print(files.readText("/sys/fs/cgroup/cpu.max") + files.readText("/sys/fs/cgroup/cpu.stat"));
      return 0;
    },
    {},
    { cpuLimit: 0.5 },
  );
  await runToEnd(container);
  expect(container.output.stdout).toMatch(/^50000 100000\nusage_usec \d+\n/u);
  expect(container.output.stdout).toContain("nr_throttled 3\nthrottled_usec 150000\n");
});
