import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { kubectlMissing } from "../support/kubectl.ts";
import { type KubectlCluster, podManifest, startKubectlCluster, tellWhyNot } from "./kubectl-cluster.ts";
import { startVirtualCluster, type VirtualCluster } from "./virtual-cluster.ts";

tellWhyNot("guests that do harm", kubectlMissing);

const sh = (script: string, more: object = {}): object => ({
  restartPolicy: "Never",
  containers: [{ name: "main", image: "busybox", command: ["sh", "-c", script], ...more }],
});

describe("a guest cannot reach this machine:", () => {
  let on: VirtualCluster;
  let server: Server;
  const secretFile = join(tmpdir(), "picokube-safety-secret");
  beforeAll(async () => {
    process.env["PICOKUBE_SAFETY"] = "secret";
    writeFileSync(secretFile, "secret of the host");
    server = createServer((_request, response) => response.end("the host answers")).listen(0, "127.0.0.1");
    on = await startVirtualCluster();
    await on.apply(
      podManifest("guest", {
        hostNetwork: true,
        hostPID: true,
        volumes: [{ name: "root", hostPath: { path: "/" } }],
        containers: [
          {
            name: "main",
            image: "alpine",
            command: ["sleep", "1000000"],
            securityContext: { privileged: true },
            volumeMounts: [{ name: "root", mountPath: "/host" }],
          },
        ],
      }),
    );
  });
  afterAll(() => {
    server.close();
    delete process.env["PICOKUBE_SAFETY"];
  });

  test.each([
    [
      "paths",
      `cat ${secretFile} ../../../../../..${secretFile} /host${secretFile} /proc/1/root${secretFile} /proc/self/cwd/../..${secretFile}`,
    ],
    ["symlinks", `ln -s /../../../../..${secretFile} /l; cat /l; ln -s ${secretFile} /host/l; cat /host/l`],
    ["the environment", "env; cat /proc/1/environ /proc/self/environ; echo $PICOKUBE_SAFETY"],
    ["archives", `mkdir /t; cd /t; printf x > ok; tar cf /a.tar ok ../../../..${secretFile} 2>&1; cat /a.tar`],
    ["programs", "node -e 'console.log(process.env)'; /usr/bin/node --version; sh -c 'exec /bin/bash -c env' 2>&1"],
  ])("%s", async (_what, script) => {
    expect(await on.sh("guest", script)).not.toContain("secret\n");
    expect(await on.sh("guest", script)).not.toContain("secret of the host");
  });

  test("an archive with ../ and absolute names stays inside", async () => {
    const name = "../../../../../../../../tmp/picokube-escaped";
    const made = await on.sh(
      "guest",
      `mkdir -p /work/a/b; cd /work/a/b; echo evil > /evil; tar cPf /e.tar ../../../evil 2>/dev/null || tar cf /e.tar ../../../evil; tar xf /e.tar -C /work; ls ${name}`,
    );
    expect(made).toContain("No such file or directory");
  });

  test("sockets", async () => {
    const { port } = server.address() as AddressInfo;
    for (const address of [`127.0.0.1:${port}`, `localhost:${port}`, `0.0.0.0:${port}`, `172.18.0.1:${port}`]) {
      expect(await on.sh("guest", `wget -q -T 2 -O - http://${address}/`)).not.toContain("the host answers");
    }
    expect(await on.sh("guest", "wget -q -T 2 -O - http://example.com/ 2>&1")).toMatch(
      /bad address|refused|timed out|unreachable/u,
    );
  });

  test("nothing of this was a bug", () => {
    expect(on.errors).toEqual([]);
  });
});

describe.skipIf(kubectlMissing)("a guest that does harm hurts itself only:", () => {
  let on: KubectlCluster;
  beforeAll(async () => {
    const started = await startKubectlCluster();
    if (started) on = started;
    await on?.ready(podManifest("witness"), "witness");
  });
  afterAll(() => on?.close());

  const a20k = "x=$(head -c 20000 /dev/zero | tr '\\0' a)b";
  test.each([
    ["fork-bomb", sh("f() { f | f & }; f; while :; do :; done"), undefined],
    ["endless-log", sh("yes 'the same line again and again'"), undefined],
    ["many-at-once", sh("i=0; while [ $i -lt 500 ]; do i=$((i+1)); while :; do :; done & done; wait"), undefined],
    ["busy-loop", sh("while :; do :; done"), undefined],
    [
      "one-gigabyte",
      sh("head -c 1000000000 /dev/zero > /file || echo stopped; ls -l /file | awk '{print $5 < 600000000}'"),
      /No space left on device[\s\S]*stopped\n1\n|stopped\n1\n/u,
    ],
    ["in-memory", sh("x=y; while :; do x=$x$x; done", { resources: { limits: { memory: "64Mi" } } }), undefined],
    ["no-limit", sh("x=y; while :; do x=$x$x; done"), undefined],
    [
      "regex-bomb",
      sh(`${a20k}; echo "$x" | grep -cE '^(a+)+$'; echo "$x" | grep -cE '(a|aa)*c'; echo done`),
      /0\n0\ndone\n/u,
    ],
    ["sed-bomb", sh(`${a20k}; echo "$x" | sed -E 's/(a*)*c/x/' | wc -c`), /20002\n/u],
    ["many-files", sh("i=0; while :; do : > /tmp/$i || break; i=$((i+1)); done; echo full"), undefined],
    ["deep-function", sh("f() { f; }; f"), undefined],
    ["big-arithmetic", sh("i=1; while :; do i=$((i*i+1)); done"), undefined],
    [
      "zip-bomb",
      sh("head -c 100000000 /dev/zero | gzip | gzip > /b; while :; do zcat /b | zcat > /dev/null; done"),
      undefined,
    ],
  ])("%s", async (name, spec, wanted) => {
    await on.cluster.apply(podManifest(name, spec));
    await new Promise((resolve) => setTimeout(resolve, 200));
    let slowest = 0;
    for (let round = 0; round < 3; round++) {
      const before = performance.now();
      const response = await on.cluster.transport.request({
        method: "GET",
        path: "/api/v1/namespaces/default/pods",
        headers: {},
      });
      for await (const bytes of response.body) void bytes;
      slowest = Math.max(slowest, performance.now() - before);
    }
    expect(slowest).toBeLessThan(1000);
    expect(await on.run("exec witness -- echo alive")).toBe("alive\n");
    if (wanted) await on.until(["logs", name], wanted);
    await on.run(["delete", "pod", name, "--grace-period=0", "--force"]);
  });
});
