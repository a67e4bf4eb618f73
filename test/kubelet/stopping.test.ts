import { expect, test } from "vitest";

import { Stopping } from "../../src/kubelet/stopping.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";

test("a pod that stops waits for nothing, neither before nor after", async () => {
  const clock = new VirtualClock();
  const stopping = new Stopping(30);
  const woken: string[] = [];
  void stopping.sleep(clock, 1000).then(() => woken.push("slept"));
  void stopping.sleep(clock, 5000).then(() => woken.push("stopped"));
  await clock.advance(2000);
  expect(woken).toEqual(["slept"]);
  stopping.set();
  await clock.advance(0);
  expect(woken).toEqual(["slept", "stopped"]);
  await stopping.sleep(clock, 1000);
  expect(clock.now()).toBe(new VirtualClock().now() + 2000);
});
