import { afterEach, describe, expect, test } from "vitest";

import type { Clock } from "../../src/sim/clock.ts";
import { RealClock } from "../../src/sim/real-clock.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";

/** A clock, and how a test lets a few ms pass on it. */
interface Subject {
  readonly clock: Clock;
  pass(ms: number): Promise<void>;
}

const real = new RealClock();
afterEach(() => new Promise<void>((resolve) => real.soon(resolve)));

const subjects: [string, () => Subject][] = [
  ["virtual", () => virtualSubject()],
  ["real", () => ({ clock: real, pass: (ms) => new Promise((resolve) => void real.after(ms, resolve)) })],
];

function virtualSubject(): Subject {
  const clock = new VirtualClock();
  return { clock, pass: (ms) => clock.advance(ms) };
}

describe.each(subjects)("the %s clock", (_name, subject) => {
  test("fires timers in the order of their times, equal ones as they were set", async () => {
    const { clock, pass } = subject();
    const fired: string[] = [];
    clock.after(6, () => fired.push("late"));
    clock.after(1, () => fired.push("first"));
    clock.after(1, () => fired.push("second"));
    await pass(20);
    expect(fired).toEqual(["first", "second", "late"]);
  });

  test("a cancelled timer never fires, and may be cancelled again", async () => {
    const { clock, pass } = subject();
    let fired = false;
    const cancel = clock.after(1, () => (fired = true));
    cancel();
    cancel();
    await pass(10);
    expect(fired).toBe(false);
  });

  test("time has passed by at least the delay when a timer fires", async () => {
    const { clock, pass } = subject();
    const start = clock.now();
    let at = 0;
    clock.after(5, () => (at = clock.now()));
    await pass(30);
    // A real timer may fire a fraction of a millisecond early.
    expect(at - start).toBeGreaterThanOrEqual(4);
  });

  test("soon runs after the work in hand", async () => {
    const { clock, pass } = subject();
    const seen: string[] = [];
    clock.soon(() => seen.push("soon"));
    seen.push("now");
    await pass(1);
    expect(seen).toEqual(["now", "soon"]);
  });
});

describe("the virtual clock alone", () => {
  test("stands still until it is moved, and then by just that much", async () => {
    const clock = new VirtualClock(1000);
    await clock.settle();
    expect(clock.now()).toBe(1000);
    await clock.advance(250);
    expect(clock.now()).toBe(1250);
  });

  test("a timer that sets another one is followed within the same advance", async () => {
    const clock = new VirtualClock(0);
    const times: number[] = [];
    const tick = (): void => {
      times.push(clock.now());
      if (times.length < 3) clock.after(100, tick);
    };
    clock.after(100, tick);
    await clock.advance(1000);
    expect(times).toEqual([100, 200, 300]);
  });

  test("settle runs what is due now, promises included, and nothing later", async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    clock.after(0, () => void Promise.resolve().then(() => seen.push("now")));
    clock.after(1, () => seen.push("later"));
    await clock.settle();
    expect(seen).toEqual(["now"]);
  });
});
