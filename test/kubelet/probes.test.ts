import { expect, test } from "vitest";

import type { Container, Probe } from "../../src/api/types.gen.ts";
import { type ProbeResult, startProbes } from "../../src/kubelet/probes.ts";
import type { Image } from "../../src/runtime/image.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";
import { healthImage, serverImage, webImage } from "./test-images.ts";
import { shell, startTestNode } from "./test-node.ts";

const exec = { exec: { command: ["true"] } };

/** Runs probes against a script: a letter a result (s, f or e), the last one for ever. Returns `second what`. */
async function play(
  container: Partial<Container>,
  results: Record<string, string>,
  seconds: number,
): Promise<string[]> {
  const clock = new VirtualClock();
  const startedAt = clock.now();
  const told: string[] = [];
  const tell = (what: string): void => void told.push(`${(clock.now() - startedAt) / 1000} ${what}`);
  const tries = new Map<string, number>();
  startProbes({
    clock,
    startedAt,
    noticeMs: 1000,
    container: { name: "main", ...container },
    async probe(one): Promise<ProbeResult> {
      const kind = one.exec?.command?.[0] ?? "";
      const at = tries.get(kind) ?? 0;
      tries.set(kind, at + 1);
      const letter = results[kind]?.at(Math.min(at, (results[kind]?.length ?? 1) - 1));
      if (letter === "s") return { outcome: "success" };
      return { outcome: letter === "e" ? "error" : "failure", output: "no" };
    },
    onStarted: () => tell("started"),
    onReady: (ready) => tell(ready ? "ready" : "unready"),
    onUnhealthy: (kind) => tell(`${kind} gives up`),
    onResult: () => {},
  });
  await clock.advance(seconds * 1000);
  return told;
}

function probe(kind: string, more: Partial<Probe> = {}): Probe {
  return { exec: { command: [kind] }, ...more };
}

interface Play {
  readonly title: string;
  readonly container: Partial<Container>;
  readonly results: Record<string, string>;
  readonly seconds: number;
  readonly told: readonly string[];
}

const plays: readonly Play[] = [
  {
    title: "without probes a container is ready at once",
    container: {},
    results: {},
    seconds: 60,
    told: ["0 started", "0 ready"],
  },
  {
    title: "readiness comes with the first success and goes after three failures",
    container: { readinessProbe: probe("r", { periodSeconds: 5 }) },
    results: { r: "fsfffs" },
    seconds: 27,
    told: ["0 started", "6 ready", "21 unready", "26 ready"],
  },
  {
    title: "liveness gives up after failureThreshold failures in a row",
    container: { livenessProbe: probe("l", { periodSeconds: 2, failureThreshold: 2 }) },
    results: { l: "sfsff" },
    seconds: 20,
    told: ["0 started", "0 ready", "9 Liveness gives up"],
  },
  {
    title: "the others wait for the startup probe, and their delay counts from the start",
    container: {
      startupProbe: probe("s", { periodSeconds: 3 }),
      readinessProbe: probe("r", { initialDelaySeconds: 10 }),
    },
    results: { s: "ffs", r: "s" },
    seconds: 20,
    told: ["7 started", "10 ready"],
  },
  {
    title: "a startup probe that never passes gives up",
    container: { startupProbe: probe("s", { periodSeconds: 1 }) },
    results: { s: "f" },
    seconds: 20,
    told: ["3 Startup gives up"],
  },
  {
    title: "an error counts neither way",
    container: { livenessProbe: probe("l", { periodSeconds: 1 }) },
    results: { l: "ffef" },
    seconds: 4,
    told: ["0 started", "0 ready", "4 Liveness gives up"],
  },
  {
    title: "successThreshold asks for several successes",
    container: { readinessProbe: probe("r", { periodSeconds: 1, successThreshold: 3 }) },
    results: { r: "s" },
    seconds: 10,
    told: ["0 started", "3 ready"],
  },
];

test.each(plays)("$title", async ({ container, results, seconds, told }) => {
  expect(await play(container, results, seconds)).toEqual(told);
});

const never = new Promise<never>(() => {});
const images: readonly Image[] = [
  webImage("web", 8080, ({ url, headers }) => {
    if (url === "/hang") return never;
    if (url === "/away") return { status: 302, headers: { location: "http://example.com/" }, body: "bye" };
    if (url === "/turn") return { status: 302, headers: { location: "/header" }, body: "" };
    if (url === "/header")
      return {
        status: headers["x-key"] === "1" && headers["user-agent"] === "kube-probe/1.32" ? 200 : 400,
        headers: {},
        body: "",
      };
    return { status: url === "/ok" ? 204 : 500, headers: {}, body: "" };
  }),
  serverImage("silent", (process) => process.network.serveTcp(9000, () => {})),
  healthImage("health", 5000, (service) => ({ "": 1, down: 2 })[service]),
];

test.each<[string, Probe, string, string]>([
  ["web", { httpGet: { path: "/ok", port: 8080 } }, "ready", ""],
  [
    "web",
    { httpGet: { path: "/bad", port: "http" } },
    "unready",
    "Readiness probe failed: HTTP probe failed with statuscode: 500",
  ],
  [
    "web",
    { httpGet: { path: "/ok", port: 81 } },
    "unready",
    'Readiness probe failed: Get "http://10.244.1.2:81/ok": dial tcp 10.244.1.2:81: connect: connection refused',
  ],
  [
    "web",
    { httpGet: { path: "/hang", port: 8080 } },
    "unready",
    'Readiness probe failed: Get "http://10.244.1.2:8080/hang": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  ],
  ["web", { httpGet: { path: "/turn", port: 8080, httpHeaders: [{ name: "X-Key", value: "1" }] } }, "ready", ""],
  [
    "web",
    { httpGet: { path: "/away", port: 8080 } },
    "ready",
    "Readiness probe warning: Probe terminated redirects, Response body: bye",
  ],
  [
    "web",
    { httpGet: { path: "/ok", port: 8080, scheme: "HTTPS" } },
    "unready",
    'Readiness probe failed: Get "https://10.244.1.2:8080/ok": http: server gave HTTP response to HTTPS client',
  ],
  [
    "web",
    { httpGet: { path: "/ok", port: "nope" } },
    "unready",
    'Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing "nope": invalid syntax',
  ],
  ["silent", { tcpSocket: { port: 9000 } }, "ready", ""],
  [
    "silent",
    { tcpSocket: { port: 9001 } },
    "unready",
    "Readiness probe failed: dial tcp 10.244.1.2:9001: connect: connection refused",
  ],
  ["silent", { exec: { command: ["cat", "/etc/hostname"] } }, "ready", ""],
  [
    "silent",
    { exec: { command: ["cat", "/no"] } },
    "unready",
    "Readiness probe failed: cat: can't open '/no': No such file or directory\n",
  ],
  [
    "silent",
    { exec: { command: ["sleep", "10"] } },
    "unready",
    'Readiness probe failed: command timed out: "sleep 10" timed out after 1s',
  ],
  ["health", { grpc: { port: 5000 } }, "ready", ""],
  [
    "health",
    { grpc: { port: 5000, service: "down" } },
    "unready",
    'Readiness probe failed: service unhealthy (responded with "NOT_SERVING")',
  ],
  [
    "health",
    { grpc: { port: 5000, service: "what" } },
    "unready",
    "Readiness probe failed: error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service",
  ],
  [
    "health",
    { grpc: { port: 5000, service: "absent" } },
    "unready",
    "Readiness probe failed: error: health rpc probe failed: rpc error: code = NotFound desc = unknown service",
  ],
  [
    "health",
    { grpc: { port: 5001 } },
    "unready",
    'Readiness probe failed: timeout: failed to connect service "10.244.1.2:5001" within 1s: context deadline exceeded',
  ],
])("%s probed by %j is %s", async (image, readinessProbe, verdict, message) => {
  const node = await startTestNode({ images });
  const ports = [{ name: "http", containerPort: 8080 }];
  await node.run("pod", { containers: [{ name: "main", image, ports, readinessProbe }] });
  await node.clock.advance(5000);

  const [main] = (await node.status("pod")).containerStatuses ?? [];
  expect(main?.ready).toBe(verdict === "ready");
  const told = (await node.events("pod")).filter((line) => /^(?:Unhealthy|ProbeWarning) /u.test(line));
  expect(told.map((line) => line.replace(/^\w+ /u, ""))).toEqual(message === "" ? [] : [message]);
  expect(node.errors).toEqual([]);
});

test("a liveness probe that fails restarts the container with its own grace", async () => {
  const node = await startTestNode();
  const livenessProbe = {
    ...exec,
    exec: { command: ["cat", "/tmp/healthy"] },
    periodSeconds: 5,
    terminationGracePeriodSeconds: 3,
  };
  const script = "trap '' TERM; echo > /tmp/healthy; sleep 10; rm /tmp/healthy; while true; do sleep 1; done";
  await node.run("live", { containers: [shell(script, { livenessProbe })] });
  await node.clock.advance(30_000);

  expect((await node.status("live")).containerStatuses?.[0]).toMatchObject({
    restartCount: 1,
    lastState: { terminated: { exitCode: 137, reason: "Error" } },
  });
  const told = await node.events("live");
  expect(told).toContain("Killing Container main failed liveness probe, will be restarted");
  expect(told).toContain(
    "Unhealthy Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory\n x3",
  );
});
