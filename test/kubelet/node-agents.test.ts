import { expect, test } from "vitest";

import { decodeText, readAll } from "../../src/api/bytes.ts";
import { serverImage, webImage } from "./test-images.ts";
import { refusal, shell, startTestNode } from "./test-node.ts";

const sleeper = "trap 'exit 0' TERM; while true; do sleep 1; done";
const hello = webImage("hello", 80, () => ({ status: 200, headers: {}, body: "hello" }));
const shy = serverImage("shy", ({ network }) => {
  network.serveTcp(9000, (connection) => void connection.end("only here"), "127.0.0.1");
});
const get = { method: "GET", headers: {}, body: new Uint8Array() };

test("logs are followed to the container's end, cut, and stamped", async () => {
  const node = await startTestNode();
  await node.run("talker", {
    restartPolicy: "Never",
    containers: [shell("echo one; sleep 2; echo two; sleep 2; echo three")],
  });
  const following = node.logs("talker", "main", { follow: true });
  await node.clock.advance(3000);
  expect(await node.logs("talker", "main", { tailLines: 1 })).toBe("two\n");
  expect(await node.logs("talker", "main", { sinceSeconds: 2 })).toBe("two\n");
  expect(await node.logs("talker", "main", { limitBytes: 5 })).toBe("one\nt");
  expect(await node.logs("talker", "main", { timestamps: true, tailLines: 1 })).toMatch(
    /^2025-01-01T00:00:02\.\d{9}Z two\n$/u,
  );
  await node.clock.advance(3000);
  expect(await following).toBe("one\ntwo\nthree\n");
});

test("a reader who leaves ends following", async () => {
  const node = await startTestNode();
  await node.run("quiet", { containers: [shell(`echo start; ${sleeper}`)] });
  const body = await node.agents.logs({ pod: await node.pod("quiet"), container: "main" }, { follow: true });
  const reader = body[Symbol.asyncIterator]();
  expect(decodeText((await reader.next()).value ?? new Uint8Array())).toBe("start\n");
  const next = reader.next();
  await reader.return?.();
  expect((await next).done).toBe(true);
});

test("there is nothing to read or run before a container is there", async () => {
  const node = await startTestNode({ pace: { pullMs: 5000, startMs: 0, noticeMs: 1000 } });
  await node.run("slow", { containers: [shell(sleeper)] });
  expect(await refusal(node.logs("slow", "main"))).toBe(
    'container "main" in pod "slow" is waiting to start: ContainerCreating',
  );
  expect(await refusal(node.exec("slow", "main", "true"))).toBe(
    'unable to upgrade connection: container not found ("main")',
  );
  await node.clock.advance(5000);
  expect(await refusal(node.logs("slow", "main", { previous: true }))).toBe(
    'previous terminated container "main" in pod "slow" not found',
  );
  const pod = await node.pod("slow");
  const streams = { tty: false, hangUp: new AbortController().signal };
  expect(await refusal(node.agents.exec({ pod, container: "main" }, ["nope"], streams))).toMatch(
    /^Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "nope": executable file not found in \$PATH: unknown$/u,
  );
});

test("port-forward reaches what listens on the pod's loopback only", async () => {
  const node = await startTestNode({ images: [shy] });
  await node.run("shy", { containers: [{ name: "main", image: "shy" }] });
  const pod = await node.pod("shy");
  expect(decodeText(await readAll(await node.agents.portForward(pod, 9000)))).toBe("only here");
  await expect(node.agents.portForward(pod, 9001)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("a hostPort of the node leads to the pod while it lives", async () => {
  const node = await startTestNode({ images: [hello] });
  const ports = [{ containerPort: 80, hostPort: 8080 }];
  await node.run("web", { containers: [{ name: "main", image: "hello", ports }] });
  const fetch = async (): Promise<string> => {
    const { body } = await node.network.fetch("172.18.0.1", { ip: "172.18.0.3", port: 8080 }, { ...get, url: "/" });
    return typeof body === "string" ? body : "";
  };
  expect(await fetch()).toBe("hello");
  await node.run("rival", { containers: [{ name: "main", image: "hello", ports }] });
  expect(await node.status("rival")).toMatchObject({ phase: "Failed", reason: "NodePorts" });
  await node.remove("web", 1);
  await node.clock.advance(2000);
  await expect(fetch()).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("a hostPort on 127.0.0.1 is for the node's own processes", async () => {
  const node = await startTestNode({ images: [hello] });
  const ports = [{ containerPort: 80, hostPort: 8080, hostIP: "127.0.0.1" }];
  await node.run("web", { containers: [{ name: "main", image: "hello", ports }] });
  const fetch = (from: string, ip: string): Promise<unknown> =>
    node.network.fetch(from, { ip, port: 8080 }, { ...get, url: "/" }).then(({ body }) => body);
  expect(await fetch("172.18.0.3", "127.0.0.1")).toBe("hello");
  await expect(fetch("172.18.0.1", "172.18.0.3")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test.each([
  ["/healthz", 200, /^ok$/u],
  ["/pods", 200, /^\{"kind":"PodList",.*"name":"web"/u],
  ["/stats/summary", 200, /"podRef":\{"name":"web","namespace":"default"/u],
  ["/configz", 200, /"clusterDomain":"cluster.local"/u],
  ["/metrics", 200, /kubelet_running_pods 1\n/u],
  [
    "/metrics/resource",
    200,
    /container_memory_working_set_bytes\{container="main",namespace="default",pod="web"\} \d+\n/u,
  ],
  ["/containerLogs/default/web/main", 200, /^$/u],
  ["/containerLogs/default/web/other", 400, /^container "other" in pod "web" is not available\n$/u],
  ["/logs/", 200, /<a href="pods\/">pods\/<\/a>/u],
  ["/nothing", 404, /^404 page not found\n$/u],
])("the kubelet's own API answers %s", async (url, status, body) => {
  const node = await startTestNode();
  await node.run("web", { containers: [shell(sleeper)] });
  const response = await node.agents.nodeRequest(node.kubelet.name, { ...get, url });
  const text =
    typeof response.body === "string"
      ? response.body
      : decodeText(response.body instanceof Uint8Array ? response.body : await readAll(response.body));
  expect([response.status, text]).toEqual([status, expect.stringMatching(body)]);
});
