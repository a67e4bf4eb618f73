import { beforeAll, expect, test } from "vitest";

import { podManifest } from "./kubectl-cluster.ts";
import { startVirtualCluster, type VirtualCluster } from "./virtual-cluster.ts";

let on: VirtualCluster;
beforeAll(async () => {
  on = await startVirtualCluster();
});

const sh = (name: string, script: string, more: object = {}): object => ({
  name,
  image: "busybox",
  command: ["sh", "-c", script],
  ...more,
});
const agnhost = (args: readonly string[], more: object = {}): object => ({
  name: "main",
  image: "registry.k8s.io/e2e-test-images/agnhost:2.53",
  args,
  ...more,
});
const data = { volumes: [{ name: "data", emptyDir: {} }] };
const mount = { volumeMounts: [{ name: "data", mountPath: "/data" }] };
const pathOf = (pod: string): string => `/api/v1/namespaces/default/pods/${pod}`;

async function readiness(pod: string): Promise<string> {
  const { phase, conditions = [] } = (await on.pod(pod)).status ?? {};
  return `${phase} ${conditions.find(({ type }) => type === "Ready")?.status}`;
}

test("init containers run in order, a sidecar before what follows it, and it outlives the containers", async () => {
  const write = (word: string): string => `echo ${word} >> /data/log`;
  await on.apply(
    podManifest("ordered", {
      ...data,
      restartPolicy: "Never",
      initContainers: [
        sh("first", write("first"), mount),
        sh("side", `${write("side")}; trap '${write("side-ends")}; exit 0' TERM; while :; do sleep 1; done`, {
          ...mount,
          restartPolicy: "Always",
        }),
        sh("second", write("second"), mount),
      ],
      containers: [sh("main", `sleep 1; ${write("main")}; sleep 5; cat /data/log`, mount)],
    }),
  );
  expect((await on.container("ordered", "side")).started).toBe(true);
  await on.cluster.advance("20s");
  const { status } = await on.pod("ordered");
  expect(status?.phase).toBe("Succeeded");
  expect((await on.get(`${pathOf("ordered")}/log?container=main`)).text).toBe("first\nside\nsecond\nmain\n");
  expect((await on.container("ordered", "side")).state?.terminated).toMatchObject({ exitCode: 0, reason: "Completed" });
});

test("a startup probe holds the others back, readiness follows its probe, and liveness restarts", async () => {
  const probe = (file: string, more: object): object => ({
    exec: { command: ["test", "-f", file] },
    periodSeconds: 2,
    ...more,
  });
  await on.apply(
    podManifest("probed", {
      containers: [
        sh(
          "main",
          "touch /alive; sleep 5; touch /started; sleep 5; touch /ready; sleep 10; rm /ready; sleep 10; rm /alive; sleep 1000",
          {
            startupProbe: probe("/started", { failureThreshold: 30 }),
            readinessProbe: probe("/ready", { successThreshold: 2, failureThreshold: 1 }),
            livenessProbe: probe("/alive", { failureThreshold: 2, terminationGracePeriodSeconds: 1 }),
          },
        ),
      ],
    }),
  );
  const seen: string[] = [];
  for (let second = 0; second <= 45; second++) {
    const { started, restartCount } = await on.container("probed");
    const now = `started ${String(started)}, ${await readiness("probed")}, restarts ${restartCount}`;
    if (!seen.at(-1)?.endsWith(now)) seen.push(`${second}: ${now}`);
    await on.cluster.advance(1000);
  }
  expect(seen).toEqual([
    "0: started false, Running False, restarts 0",
    "6: started true, Running False, restarts 0",
    "14: started true, Running True, restarts 0",
    "22: started true, Running False, restarts 0",
    "34: started false, Running False, restarts 0",
    "35: started false, Running False, restarts 1",
    "41: started true, Running False, restarts 1",
  ]);
  expect(await on.events("probed")).toEqual(
    expect.arrayContaining([
      "Unhealthy: Startup probe failed: ",
      "Unhealthy: Readiness probe failed: ",
      "Unhealthy: Liveness probe failed: ",
      "Killing: Container main failed liveness probe, will be restarted",
    ]),
  );
});

test.each([
  ["http", ["netexec", "--http-port=8080"], { httpGet: { path: "/healthz", port: 8080 } }],
  [
    "named",
    ["netexec", "--http-port=8080"],
    { httpGet: { path: "/readyz", port: "web", httpHeaders: [{ name: "X-A", value: "b" }] } },
  ],
  ["tcp", ["netexec", "--http-port=8080"], { tcpSocket: { port: 8080 } }],
  ["grpc", ["grpc-health-checking"], { grpc: { port: 5000 } }],
  ["exec", ["netexec", "--http-port=8080"], { exec: { command: ["cat", "/etc/hosts"] } }],
])("a %s probe makes a pod ready, and its Service's endpoint", async (kind, args, handler) => {
  const name = `ready-${kind}`;
  const ports = [{ name: "web", containerPort: 8080 }];
  const readinessProbe = { ...handler, initialDelaySeconds: 3, periodSeconds: 1 };
  await on.apply(
    podManifest(name, { containers: [agnhost(args, { ports, readinessProbe })] }, { labels: { app: name } }),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name },
      spec: { selector: { app: name }, ports: [{ port: 80, targetPort: "web" }] },
    },
  );
  const endpoints = async (): Promise<string> => (await on.get(`/api/v1/namespaces/default/endpoints/${name}`)).text;
  await on.cluster.advance("2s");
  expect(await readiness(name)).toBe("Running False");
  expect(await endpoints()).toContain('"notReadyAddresses"');
  await on.cluster.advance("5s");
  expect(await readiness(name)).toBe("Running True");
  expect(await endpoints()).toContain('"addresses"');
});

test.each([
  [
    "http-status",
    { httpGet: { path: "/echo?code=500&msg=bad", port: 8080 } },
    /^Liveness probe failed: HTTP probe failed with statuscode: 500$/u,
  ],
  [
    "http-refused",
    { httpGet: { port: 9 } },
    /^Liveness probe failed: Get "http:\/\/[\d.]+:9\/": dial tcp [\d.]+:9: connect: connection refused$/u,
  ],
  [
    "tcp-refused",
    { tcpSocket: { port: 9 } },
    /^Liveness probe failed: dial tcp [\d.]+:9: connect: connection refused$/u,
  ],
  [
    "slow-command",
    { exec: { command: ["sleep", "10"] }, timeoutSeconds: 2 },
    /^Liveness probe failed: command timed out: "sleep 10" timed out after 2s$/u,
  ],
  [
    "loud-command",
    { exec: { command: ["ls", "/nowhere"] } },
    /^Liveness probe failed: ls: \/nowhere: No such file or directory\n$/u,
  ],
])("a failing probe is told as it failed: %s", async (name, handler, told) => {
  const livenessProbe = { ...handler, periodSeconds: 3, failureThreshold: 100 };
  await on.apply(podManifest(name, { containers: [agnhost(["netexec"], { livenessProbe })] }));
  await on.cluster.advance("9s");
  const unhealthy = (await on.events(name))
    .filter((line) => line.startsWith("Unhealthy: "))
    .map((line) => line.slice(11));
  expect(unhealthy).toHaveLength(1);
  expect(unhealthy[0]).toMatch(told);
});

test("postStart is through before the container counts as running, and preStop before it is told to end", async () => {
  const lifecycle = {
    postStart: { exec: { command: ["sh", "-c", "sleep 3; echo started >> /data/log"] } },
    preStop: { exec: { command: ["sh", "-c", "sleep 4; echo stopping >> /data/log"] } },
  };
  const script = "trap 'echo term >> /data/log; exit 0' TERM; while :; do sleep 1; done";
  await on.apply(
    podManifest("hooked", {
      ...data,
      terminationGracePeriodSeconds: 20,
      containers: [sh("main", script, { ...mount, lifecycle }), sh("watch", "sleep 1000", mount)],
    }),
  );
  expect((await on.pod("hooked")).status?.phase).toBe("Pending");
  await on.cluster.advance("3s");
  expect(await readiness("hooked")).toBe("Running True");
  await on.remove(pathOf("hooked"));
  await on.cluster.advance("6s");
  expect(await on.sh("hooked", "cat /data/log", "watch")).toBe("started\nstopping\nterm\n");
});

test("hooks ask by HTTP, and sleep", async () => {
  await on.apply(podManifest("hears", { containers: [agnhost(["netexec"])] }));
  const host = (await on.pod("hears")).status?.podIP;
  const lifecycle = {
    postStart: { httpGet: { host, port: 8080, path: "/echo?msg=hello" } },
    preStop: { sleep: { seconds: 7 } },
  };
  await on.apply(
    podManifest("asks", {
      terminationGracePeriodSeconds: 30,
      containers: [sh("main", "trap 'exit 0' TERM; while :; do sleep 1; done", { lifecycle })],
    }),
  );
  expect((await on.get(`${pathOf("hears")}/log`)).text).toContain("/echo?msg=hello");
  await on.remove(pathOf("asks"));
  await on.cluster.advance("6s");
  expect((await on.pod("asks")).metadata.deletionTimestamp).toBeDefined();
  await on.cluster.advance("3s");
  expect((await on.get(pathOf("asks"))).status).toBe(404);
});

test("a failed postStart kills the container and says so", async () => {
  const lifecycle = { postStart: { exec: { command: ["false"] } } };
  await on.apply(podManifest("unwelcome", { containers: [sh("main", "sleep 1000", { lifecycle })] }));
  await on.cluster.advance("5s");
  expect(await on.events("unwelcome")).toEqual(expect.arrayContaining(["FailedPostStartHook: PostStartHook failed"]));
  expect((await on.container("unwelcome")).restartCount).toBeGreaterThan(0);
});

test("a readiness gate waits for its condition", async () => {
  await on.apply(podManifest("gated", { readinessGates: [{ conditionType: "example.com/open" }] }));
  const ready = async (): Promise<unknown> =>
    (await on.pod("gated")).status?.conditions?.find(({ type }) => type === "Ready");
  expect(await ready()).toMatchObject({
    status: "False",
    reason: "ReadinessGatesNotReady",
    message: 'corresponding condition of pod readiness gate "example.com/open" does not exist.',
  });
  await on.patch(`${pathOf("gated")}/status`, {
    status: { conditions: [{ type: "example.com/open", status: "True" }] },
  });
  expect(await ready()).toMatchObject({ status: "True" });
});

test("last words: a file of the container's choice, or the end of its log, or nothing", async () => {
  const last = async (name: string, more: object): Promise<string | undefined> => {
    await on.apply(
      podManifest(name, {
        restartPolicy: "Never",
        containers: [sh("main", "echo in the log; echo in the file > /tmp/last; exit 1", more)],
      }),
    );
    return (await on.container(name)).state?.terminated?.message;
  };
  expect(await last("words-file", { terminationMessagePath: "/tmp/last" })).toBe("in the file\n");
  expect(await last("words-log", { terminationMessagePolicy: "FallbackToLogsOnError" })).toBe("in the log\n");
  expect(await last("words-none", {})).toBeUndefined();
});

test("a pod's time runs out, and its containers end within their grace", async () => {
  await on.apply(podManifest("limited", { activeDeadlineSeconds: 10, terminationGracePeriodSeconds: 3 }));
  await on.cluster.advance("14s");
  const { status } = await on.pod("limited");
  expect(status).toMatchObject({ phase: "Failed", reason: "DeadlineExceeded" });
  expect((await on.container("limited")).state?.terminated?.exitCode).toBe(137);
});

test("nothing of this was a bug", () => {
  expect(on.errors).toEqual([]);
});
