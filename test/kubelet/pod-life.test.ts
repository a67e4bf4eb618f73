import { expect, test } from "vitest";

import { nodes } from "../../src/resources/core/node.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { refusal, shell, startTestNode, type TestNode } from "./test-node.ts";

const sleeper = shell("trap 'exit 0' TERM; while true; do sleep 1; done");

async function stateOf(node: TestNode, pod: string): Promise<string> {
  const { phase, containerStatuses = [] } = await node.status(pod);
  const states = containerStatuses.map(({ state = {}, restartCount }) => {
    const { running, terminated, waiting } = state;
    const what = running ? "running" : (terminated?.reason ?? waiting?.reason);
    return `${what ?? ""} ${restartCount}`;
  });
  return [phase, ...states].join(", ");
}

test("a pod runs at once and tells it in one status", async () => {
  const node = await startTestNode();
  await node.run("web", { containers: [sleeper] });

  const status = await node.status("web");
  expect(await stateOf(node, "web")).toBe("Running, running 0");
  expect(status.conditions?.map(({ type, status: verdict }) => `${type} ${verdict}`)).toEqual([
    "PodReadyToStartContainers True",
    "Initialized True",
    "Ready True",
    "ContainersReady True",
    "PodScheduled True",
  ]);
  expect(status).toMatchObject({ podIP: "10.244.1.2", hostIP: "172.18.0.3", qosClass: "BestEffort" });
  expect(status.containerStatuses?.[0]).toMatchObject({
    image: "docker.io/library/busybox:1.36",
    ready: true,
    started: true,
    lastState: {},
  });
  expect(await node.events("web")).toEqual([
    'Pulling Pulling image "busybox:1.36"',
    'Pulled Successfully pulled image "busybox:1.36" in 1ms (1ms including waiting). Image size: 2202010 bytes.',
    "Created Created container: main",
    "Started Started container main",
  ]);
  expect(node.errors).toEqual([]);
});

test("a crash loop restarts at once, then after 10 s, 20 s, 40 s, and counts its back-off events", async () => {
  const node = await startTestNode();
  await node.run("crash", { containers: [shell("echo run; exit 3")] });
  const timeline: string[] = [];
  for (let second = 0; second <= 75; second++) {
    const state = await stateOf(node, "crash");
    if (timeline.at(-1)?.split(": ")[1] !== state) timeline.push(`${second}: ${state}`);
    await node.clock.advance(1000);
  }

  expect(timeline).toEqual([
    "0: Running, Error 0",
    "1: Running, Error 1",
    "2: Running, CrashLoopBackOff 1",
    "11: Running, Error 2",
    "12: Running, CrashLoopBackOff 2",
    "31: Running, Error 3",
    "32: Running, CrashLoopBackOff 3",
    "71: Running, Error 4",
    "72: Running, CrashLoopBackOff 4",
  ]);
  const { uid } = (await node.pod("crash")).metadata;
  const told = await node.events("crash");
  expect(told.at(-1)).toMatch(
    new RegExp(
      String.raw`^BackOff Back-off restarting failed container main in pod crash_default\(${uid ?? ""}\) x\d$`,
      "u",
    ),
  );
  const [main] = (await node.status("crash")).containerStatuses ?? [];
  expect(main?.state?.waiting?.message).toBe(
    `back-off 1m20s restarting failed container=main pod=crash_default(${uid ?? ""})`,
  );
  expect(main?.lastState?.terminated).toMatchObject({ exitCode: 3, reason: "Error" });
  expect(await node.logs("crash", "main", { previous: true })).toBe("run\n");
  expect(node.errors).toEqual([]);
});

test.each([
  ["OnFailure", "exit 0", "Succeeded, Completed 0"],
  ["Never", "exit 0", "Succeeded, Completed 0"],
  ["Never", "exit 7", "Failed, Error 0"],
] as const)(
  "with restartPolicy %s, a container that does %s leaves its pod %s",
  async (restartPolicy, script, state) => {
    const node = await startTestNode();
    await node.run("job", { restartPolicy, containers: [shell(`echo done; ${script}`)] });

    expect(await stateOf(node, "job")).toBe(state);
    expect(await node.logs("job", "main")).toBe("done\n");
    const { conditions = [] } = await node.status("job");
    const reason = state.startsWith("Succeeded") ? "PodCompleted" : "PodFailed";
    expect(conditions.find(({ type }) => type === "Ready")).toMatchObject({ status: "False", reason });
    expect(node.network.hasHost("10.244.1.2")).toBe(false);
  },
);

test("init containers run one by one, and the pod waits for them", async () => {
  const node = await startTestNode();
  const initContainers = ["one", "two"].map((name) => shell("sleep 5", { name }));
  await node.run("slow", { initContainers, containers: [sleeper] });

  expect(await stateOf(node, "slow")).toBe("Pending, PodInitializing 0");
  const { conditions = [], initContainerStatuses = [] } = await node.status("slow");
  expect(conditions.find(({ type }) => type === "Initialized")).toMatchObject({
    reason: "ContainersNotInitialized",
    message: "containers with incomplete status: [one two]",
  });
  expect(initContainerStatuses.map(({ state = {} }) => Object.keys(state))).toEqual([["running"], ["waiting"]]);
  await node.clock.advance(10_000);
  expect(await stateOf(node, "slow")).toBe("Running, running 0");
  expect((await node.status("slow")).initContainerStatuses?.map(({ ready }) => ready)).toEqual([true, true]);
});

test("a failing init container is tried again, or with restartPolicy Never fails the pod", async () => {
  const node = await startTestNode();
  const initContainers = [shell("exit 1", { name: "init" })];
  await node.run("again", { initContainers, containers: [sleeper] });
  await node.run("never", { restartPolicy: "Never", initContainers, containers: [sleeper] });
  await node.clock.advance(3000);

  expect(await stateOf(node, "again")).toBe("Pending, PodInitializing 0");
  expect((await node.status("again")).initContainerStatuses?.[0]).toMatchObject({
    restartCount: 1,
    state: { waiting: { reason: "CrashLoopBackOff" } },
  });
  expect(await stateOf(node, "never")).toBe("Failed, PodInitializing 0");
});

test("a sidecar starts before the containers and ends after them", async () => {
  const node = await startTestNode();
  const sidecar = shell("trap 'echo bye; exit 0' TERM; while true; do sleep 1; done", {
    name: "side",
    restartPolicy: "Always",
  });
  await node.run("batch", {
    restartPolicy: "Never",
    initContainers: [sidecar],
    containers: [shell("sleep 5; exit 0")],
  });

  expect(await stateOf(node, "batch")).toBe("Running, running 0");
  expect((await node.status("batch")).initContainerStatuses?.[0]).toMatchObject({ ready: true, started: true });
  await node.clock.advance(7000);
  expect(await stateOf(node, "batch")).toBe("Succeeded, Completed 0");
  expect(await node.logs("batch", "side")).toBe("bye\n");
});

test("an image that is not there is tried again later and later", async () => {
  const node = await startTestNode();
  await node.run("typo", { containers: [{ name: "main", image: "busybox:nope" }] });
  expect(await stateOf(node, "typo")).toBe("Pending, ErrImagePull 0");
  await node.clock.advance(1000);
  expect(await stateOf(node, "typo")).toBe("Pending, ImagePullBackOff 0");
  await node.clock.advance(60_000);

  const told = await node.events("typo");
  expect(told).toContain('Pulling Pulling image "busybox:nope" x3');
  expect(told).toContain("Failed Error: ErrImagePull x3");
  expect(told.find((line) => line.startsWith("BackOff"))).toMatch(
    /^BackOff Back-off pulling image "busybox:nope" x[4-7]$/u,
  );
  await expect(node.logs("typo", "main")).rejects.toThrow(
    'container "main" in pod "typo" is waiting to start: trying and failing to pull image',
  );
});

test.each([
  [{ image: "UPPER" }, "InvalidImageName", /^Failed to apply default image tag "UPPER"/u],
  [
    { image: "busybox:1.36", imagePullPolicy: "Never" as const },
    "ErrImageNeverPull",
    /is not present with pull policy of Never$/u,
  ],
  [
    { image: "busybox:1.36", command: ["nothing"] },
    "RunContainerError",
    /exec: "nothing": executable file not found in \$PATH: unknown$/u,
  ],
])("%j waits with %s", async (container, reason, message) => {
  const node = await startTestNode();
  await node.run("odd", { containers: [{ name: "main", ...container }] });

  const [main] = (await node.status("odd")).containerStatuses ?? [];
  expect(main?.state?.waiting?.reason).toBe(reason);
  expect(main?.state?.waiting?.message).toMatch(message);
  expect((await node.events("odd")).some((line) => line.startsWith("Failed Error: "))).toBe(true);
  expect(node.errors).toEqual([]);
});

test("a deleted pod gets SIGTERM, then SIGKILL when its grace is over", async () => {
  const node = await startTestNode();
  await node.run("polite", { containers: [shell("trap 'sleep 3; exit 0' TERM; while true; do sleep 1; done")] });
  await node.run("deaf", { containers: [shell("trap '' TERM; while true; do sleep 1; done")] });
  await node.remove("polite");
  await node.remove("deaf");
  await node.clock.advance(5000);
  expect([await node.exists("polite"), await node.exists("deaf")]).toEqual([false, true]);
  await node.clock.advance(24_000);
  expect(await node.exists("deaf")).toBe(true);
  await node.clock.advance(1000);
  expect(await node.exists("deaf")).toBe(false);
  expect((await node.events("deaf")).at(-1)).toBe("Killing Stopping container main");
});

test("a second deletion with less grace hurries a pod up, and a forced one removes it at once", async () => {
  const node = await startTestNode();
  const deaf = { containers: [shell("trap '' TERM; while true; do sleep 1; done")] };
  await node.run("slow", deaf);
  await node.run("forced", deaf);
  await node.remove("slow");
  await node.clock.advance(1000);
  await node.remove("slow", 5);
  await node.clock.advance(5000);
  expect(await node.exists("slow")).toBe(false);
  await node.remove("forced", 0);
  expect(await node.exists("forced")).toBe(false);
  await node.clock.advance(2000);
  expect(node.network.hasHost("10.244.1.3")).toBe(false);
});

test("preStop uses up grace, and SIGTERM still leaves two seconds", async () => {
  const node = await startTestNode();
  const lifecycle = { preStop: { exec: { command: ["sleep", "60"] } } };
  await node.run("hooked", {
    terminationGracePeriodSeconds: 10,
    containers: [shell("trap '' TERM; while true; do sleep 1; done", { lifecycle })],
  });
  await node.remove("hooked");
  await node.clock.advance(11_000);
  expect(await node.exists("hooked")).toBe(true);
  await node.clock.advance(1000);
  expect(await node.exists("hooked")).toBe(false);
});

test("a pod deleted before it could start just goes", async () => {
  const node = await startTestNode({ pace: { pullMs: 5000, startMs: 0, noticeMs: 1000 } });
  await node.run("early", { containers: [sleeper] });
  expect(await stateOf(node, "early")).toBe("Pending, ContainerCreating 0");
  await node.remove("early");
  expect(await node.exists("early")).toBe(false);
  await node.clock.advance(10_000);
  expect(node.errors).toEqual([]);
});

test("postStart holds a container back, and its failure ends it", async () => {
  const node = await startTestNode();
  const hook = (command: string[]): object => ({ lifecycle: { postStart: { exec: { command } } } });
  await node.run("slow", { containers: [shell("sleep 100", hook(["sleep", "5"]))] });
  expect(await stateOf(node, "slow")).toBe("Pending, ContainerCreating 0");
  await node.clock.advance(5000);
  expect(await stateOf(node, "slow")).toBe("Running, running 0");

  await node.run("bad", { terminationGracePeriodSeconds: 1, containers: [shell("sleep 100", hook(["false"]))] });
  await node.clock.advance(2000);
  const told = await node.events("bad");
  expect(told).toContain("FailedPostStartHook PostStartHook failed");
  expect(told).toContain("Killing FailedPostStartHook");
});

test("activeDeadlineSeconds fails a pod that takes too long", async () => {
  const node = await startTestNode();
  await node.run("late", { activeDeadlineSeconds: 10, containers: [sleeper] });
  await node.clock.advance(12_000);
  expect(await node.status("late")).toMatchObject({
    phase: "Failed",
    reason: "DeadlineExceeded",
    message: "Pod was active on the node longer than the specified deadline",
  });
});

test("a termination message is the file's, or the end of the log", async () => {
  const node = await startTestNode();
  const never = { restartPolicy: "Never" } as const;
  await node.run("file", { ...never, containers: [shell("echo -n why > /dev/termination-log; exit 1")] });
  const fallback = { terminationMessagePolicy: "FallbackToLogsOnError" };
  await node.run("log", { ...never, containers: [shell("echo one; echo two; exit 1", fallback)] });
  await node.run("elsewhere", {
    ...never,
    containers: [shell("echo -n here > /tmp/end", { terminationMessagePath: "/tmp/end" })],
  });

  const message = async (name: string): Promise<unknown> =>
    (await node.status(name)).containerStatuses?.[0]?.state?.terminated?.message;
  expect([await message("file"), await message("log"), await message("elsewhere")]).toEqual([
    "why",
    "one\ntwo\n",
    "here",
  ]);
});

test("an ephemeral container joins a running pod", async () => {
  const node = await startTestNode();
  await node.run("web", { containers: [sleeper] });
  const pod = await node.pod("web");
  const debug = {
    name: "debug",
    image: "busybox:1.36",
    command: ["sh", "-c", "echo hello; exit 4"],
    targetContainerName: "main",
  };
  const spec = { ...pod.spec, ephemeralContainers: [debug] };
  await node.client.patch(pods, { namespace: "default", name: "web" }, { spec }, "ephemeralcontainers");
  await node.clock.settle();

  const { ephemeralContainerStatuses = [], phase } = await node.status("web");
  expect(phase).toBe("Running");
  expect(ephemeralContainerStatuses[0]).toMatchObject({ ready: false, state: { terminated: { exitCode: 4 } } });
  expect(await node.logs("web", "debug")).toBe("hello\n");
});

test("a node that comes back restarts its pods and counts it", async () => {
  const node = await startTestNode();
  await node.run("web", { containers: [sleeper] });
  const { kubelet } = node;
  const object = await node.client.get(nodes, { namespace: "", name: kubelet.name });
  await kubelet.stop();
  const refused = "dial tcp 172.18.0.3:10250: connect: connection refused";
  expect(await refusal(node.logs("web", "main"))).toBe(
    `Get "https://172.18.0.3:10250/containerLogs/default/web/main": ${refused}`,
  );
  expect(await refusal(node.exec("web", "main", "true"))).toBe(
    `error sending request: Post "https://172.18.0.3:10250/exec/default/web/main": ${refused}`,
  );
  await node.clock.advance(60_000);
  if (object) await kubelet.start(object);
  await node.clock.advance(2000);

  expect(await stateOf(node, "web")).toBe("Running, running 1");
  const [main] = (await node.status("web")).containerStatuses ?? [];
  expect(main?.lastState?.terminated).toMatchObject({ exitCode: 255, reason: "Unknown" });
  expect(node.errors).toEqual([]);
});

test("a pod that asks for too much is refused by the node itself", async () => {
  const node = await startTestNode();
  await node.run("huge", { containers: [shell("sleep 1", { resources: { requests: { cpu: "100" } } })] });
  expect(await node.status("huge")).toMatchObject({
    phase: "Failed",
    reason: "OutOfcpu",
    message: "Pod was rejected: Node didn't have enough resource: cpu, requested: 100000, used: 0, capacity: 4000",
  });
});

test("containers over their memory limit are OOMKilled", async () => {
  const node = await startTestNode();
  const script = "x=aaaaaaaaaaaaaaaa; while true; do x=$x$x; done";
  await node.run("eater", {
    restartPolicy: "Never",
    containers: [shell(script, { resources: { limits: { memory: "1Mi" } } })],
  });
  await node.clock.advance(60_000);
  expect(await stateOf(node, "eater")).toBe("Failed, OOMKilled 0");
  expect((await node.status("eater")).containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(137);
});
