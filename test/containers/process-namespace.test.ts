import { expect, test } from "vitest";

import { podManifest } from "./kubectl-cluster.ts";
import { startVirtualCluster } from "./virtual-cluster.ts";

const shared = {
  shareProcessNamespace: true,
  containers: [
    {
      name: "main",
      image: "busybox",
      command: ["sh", "-c", "echo inside > /treasure; trap 'echo hup' HUP; while :; do sleep 1; done"],
    },
    { name: "other", image: "busybox", command: ["sleep", "1000000"] },
  ],
};

test("containers that share pids see, signal and look into each other", async () => {
  const on = await startVirtualCluster();
  await on.apply(podManifest("shared", shared));
  await on.cluster.advance("500ms");
  expect(await on.sh("shared", "ps | tail -n +2 | awk '{print $1, $2, $4, $5}'", "other")).toMatch(
    /^1 65535 \/pause \n2 root sh -c\n3 root sleep 1000000\n\d+ root sleep 1\n/u,
  );
  expect(
    await on.sh(
      "shared",
      "cat /proc/2/root/treasure; cat /proc/3/root/treasure; readlink /proc/2/root; kill -HUP 2",
      "other",
    ),
  ).toBe("inside\n/\ncat: can't open '/proc/3/root/treasure': No such file or directory\n");
  await on.cluster.advance("2s");
  expect((await on.get("/api/v1/namespaces/default/pods/shared/log?container=main")).text).toBe("hup\n");
  expect(on.errors).toEqual([]);
});

test("nginx beside a shell, as the tutorial has it: its processes, its configuration, and a reload", async () => {
  const on = await startVirtualCluster();
  const containers = [
    { name: "main", image: "nginx" },
    {
      name: "shell",
      image: "busybox",
      command: ["sleep", "1000000"],
      securityContext: { capabilities: { add: ["SYS_PTRACE"] } },
    },
  ];
  await on.apply(podManifest("tutorial", { shareProcessNamespace: true, containers }));
  expect(await on.sh("tutorial", "ps", "shell")).toContain("nginx: master process nginx -g daemon off;\n");
  const script = "p=$(pgrep -o nginx); head -4 /proc/$p/root/etc/nginx/nginx.conf; kill -HUP $p";
  expect(await on.sh("tutorial", script, "shell")).toContain("user  nginx;\nworker_processes  auto;\n");
  await on.cluster.settle();
  expect((await on.get("/api/v1/namespaces/default/pods/tutorial/log?container=main")).text).toContain(
    "signal 1 (SIGHUP) received, reconfiguring",
  );
  expect(on.errors).toEqual([]);
});

test("a killed container comes back beside the other, and nothing inside ends PID 1", async () => {
  const on = await startVirtualCluster();
  await on.apply(podManifest("shared", shared));
  await on.sh("shared", "kill -9 1; kill -9 2", "other");
  await on.cluster.advance("5s");
  expect((await on.container("shared")).restartCount).toBe(1);
  expect((await on.container("shared", "other")).restartCount).toBe(0);
  expect(await on.sh("shared", "ps | grep -c -e '[/]pause' -e '[s]h -c echo' -e '[s]leep 1000000'", "other")).toBe(
    "3\n",
  );
});

test("orphans go to the pod's PID 1 and leave no zombie; the pod ends with all of its processes", async () => {
  const on = await startVirtualCluster();
  await on.apply(podManifest("shared", shared));
  expect(
    await on.sh("shared", "(sleep 5 &); sleep 1; ps -o ppid,args | awk '$2 == \"sleep\" && $3 == 5'", "other"),
  ).toBe("    1 sleep 5\n");
  await on.cluster.advance("10s");
  expect(await on.sh("shared", "ps | awk '$5 == 5 || $3 == \"Z\"'", "other")).toBe("");
  await on.remove("/api/v1/namespaces/default/pods/shared");
  await on.cluster.advance("5s");
  expect((await on.get("/api/v1/namespaces/default/pods/shared")).status).toBe(404);
  expect(on.errors).toEqual([]);
});

test("without it, containers have their own pids, but the same network and host name", async () => {
  const on = await startVirtualCluster();
  await on.apply(podManifest("apart", { ...shared, shareProcessNamespace: false }));
  expect(await on.sh("apart", "ps | wc -l; hostname", "other")).toMatch(/^ *[45]\napart\n$/u);
});

test("an ephemeral container needs its target", async () => {
  const on = await startVirtualCluster();
  await on.apply(podManifest("lonely"));
  const ephemeral = { name: "debug", image: "busybox", command: ["sleep", "100"], targetContainerName: "main" };
  await on.patch("/api/v1/namespaces/default/pods/lonely/ephemeralcontainers", {
    spec: { ephemeralContainers: [ephemeral] },
  });
  expect(await on.sh("lonely", "ps | grep -c '[s]leep'", "debug")).toBe("2\n");
  // With PID 1 of the target, everything in its namespace ends.
  await on.sh("lonely", "kill -9 1", "debug");
  await on.cluster.advance("3s");
  const { ephemeralContainerStatuses = [] } = (await on.pod("lonely")).status ?? {};
  expect(ephemeralContainerStatuses[0]?.state?.terminated?.exitCode).toBe(137);
});
