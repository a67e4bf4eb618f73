import { describe, expect, test } from "vitest";

import { EventCorrelator } from "../../src/client/event-correlator.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";

const about = (name: string): { kind: string; namespace: string; name: string; uid: string } => ({
  kind: "ReplicaSet",
  namespace: "default",
  name,
  uid: `uid-${name}`,
});
const created = (pod: number): { type: "Normal"; reason: string; message: string } => ({
  type: "Normal",
  reason: "SuccessfulCreate",
  message: `Created pod: web-${pod}`,
});
const source = { component: "replicaset-controller" };

describe("the correlation of events", () => {
  test("counts the same message about the same object as one", () => {
    const correlator = new EventCorrelator(new VirtualClock());
    const [first, again] = [1, 1].map((pod) => correlator.correlate(about("web"), source, created(pod)));
    const other = correlator.correlate(about("db"), source, created(1));
    expect(again?.key).toBe(first?.key);
    expect(other.key).not.toBe(first?.key);
  });

  test("combines similar messages from the tenth on, for ten minutes", async () => {
    const clock = new VirtualClock();
    const correlator = new EventCorrelator(clock);
    const tell = (pod: number): { key: string; message: string } =>
      correlator.correlate(about("web"), source, created(pod));
    const told = Array.from({ length: 11 }, (_, pod) => tell(pod));
    expect(told.map(({ message }) => message).slice(8)).toEqual([
      "Created pod: web-8",
      "(combined from similar events): Created pod: web-9",
      "(combined from similar events): Created pod: web-10",
    ]);
    expect(told[10]?.key).toBe(told[9]?.key);
    await clock.advance(601_000);
    expect(tell(11).message).toBe("Created pod: web-11");
  });

  test("lets one source say 25 things of one object, then one every five minutes", async () => {
    const clock = new VirtualClock();
    const correlator = new EventCorrelator(clock);
    const heard = (count: number): number =>
      Array.from({ length: count }, (_, pod) => correlator.correlate(about("web"), source, created(pod))).filter(
        ({ isSpam }) => !isSpam,
      ).length;
    expect(heard(40)).toBe(25);
    expect(correlator.correlate(about("db"), source, created(1)).isSpam).toBe(false);
    await clock.advance(300_000);
    expect(heard(3)).toBe(1);
  });
});
