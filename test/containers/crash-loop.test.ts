import { expect, test } from "vitest";

import { podManifest } from "./kubectl-cluster.ts";
import { startVirtualCluster, type VirtualCluster } from "./virtual-cluster.ts";

/** When a container was started again, in seconds, seen over so long. */
async function restartsOf(on: VirtualCluster, pod: string, seconds: number): Promise<number[]> {
  const times: number[] = [];
  let count = (await on.container(pod)).restartCount;
  for (let second = 1; second <= seconds; second++) {
    await on.cluster.advance(1000);
    const { restartCount } = await on.container(pod);
    if (restartCount > count) times.push(second);
    count = restartCount;
  }
  return times;
}

const gaps = (times: readonly number[]): number[] => times.slice(1).map((time, index) => time - (times[index] ?? 0));
const shell = (script: string): object => ({
  containers: [{ name: "main", image: "busybox", command: ["sh", "-c", script] }],
});

test("a container that crashes at once is restarted after 10 s, and then ever later up to 5 minutes", async () => {
  const on = await startVirtualCluster();
  await on.apply(podManifest("crash", shell("exit 1")));
  expect(gaps(await restartsOf(on, "crash", 2000))).toEqual([10, 20, 40, 80, 160, 300, 300, 300, 300, 300]);
  const { state, lastState } = await on.container("crash");
  expect(state?.waiting?.reason).toBe("CrashLoopBackOff");
  expect(state?.waiting?.message).toMatch(
    /^back-off 5m0s restarting failed container=main pod=crash_default\([-\da-f]+\)$/u,
  );
  expect(lastState?.terminated).toMatchObject({ exitCode: 1, reason: "Error" });
  expect(on.errors).toEqual([]);
});

test("ten minutes of going well are a new start", async () => {
  const on = await startVirtualCluster();
  const crashesThreeTimes = "n=$(cat /data/n); echo $((n+1)) > /data/n; [ $((n % 4)) = 3 ] && sleep 700; exit 1";
  const volumes = [{ name: "data", emptyDir: {} }];
  const init = { name: "init", image: "busybox", command: ["sh", "-c", "echo 0 > /data/n"] };
  const mount = { volumeMounts: [{ name: "data", mountPath: "/data" }] };
  const main = { name: "main", image: "busybox", command: ["sh", "-c", crashesThreeTimes], ...mount };
  await on.apply(podManifest("recovers", { volumes, initContainers: [{ ...init, ...mount }], containers: [main] }));
  const times = await restartsOf(on, "recovers", 1500);
  // The run of 700 s ends with no wait at all.
  expect(gaps(times)).toEqual([10, 20, 701, 10, 20, 40]);
});

test("a container that ends well waits just as long", async () => {
  const on = await startVirtualCluster();
  await on.apply(podManifest("ends", shell("sleep 5")));
  expect(gaps(await restartsOf(on, "ends", 100)).slice(0, 3)).toEqual([15, 25, 45]);
});
