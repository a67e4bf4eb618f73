import { expect, test } from "vitest";

import { kubernetesZookeeper, zookeeper } from "../../src/images/zookeeper/zookeeper.ts";
import { createPods, type Pod, type Pods } from "./pods.ts";

const domain = "zk-hs.default.svc.cluster.local";
const names = Object.fromEntries([0, 1, 2].map((at) => [`zk-${at}.${domain}`, [`10.244.0.${10 + at}`]]));
const flags = "--servers=3 --data_dir=/var/lib/zookeeper/data --client_port=2181";

const root = { uid: 0, gid: 0, name: "root", groups: [] };

function start(pods: Pods, at: number): Pod {
  const hosts = `printf '10.244.0.${10 + at}\\tzk-${at}.${domain}\\tzk-${at}\\n' > /etc/hosts; exec start-zookeeper ${flags}`;
  return pods.start(kubernetesZookeeper, { name: `zk-${at}`, command: ["sh", "-c", hosts], overrides: { user: root } });
}

async function say(pod: Pod, ...words: string[]): Promise<string> {
  const { stdout, stderr } = await pod.exec(["zkCli.sh", ...words]);
  return stdout.replace(/^Connecting[^]*path:null\n/u, "") + stderr;
}

test("what is written to one server of an ensemble is read from another", async () => {
  const pods = createPods(names);
  const [first, second, third] = [start(pods, 0), start(pods, 1), start(pods, 2)];
  await pods.clock.advance(100);
  expect((await first.exec(["cat", "/var/lib/zookeeper/data/myid"])).stdout).toBe("1\n");
  expect((await first.exec(["tail", "-1", "/opt/zookeeper/conf/zoo.cfg"])).stdout).toBe(
    `server.3=zk-2.${domain}:2888:3888\n`,
  );
  expect((await first.exec(["zookeeper-ready", "2181"])).exitCode).toBe(0);
  expect(await say(first, "create", "/hello", "world")).toBe("Created /hello\n");
  expect(await say(second, "get", "/hello")).toMatch(
    /^world\ncZxid = 0x100000002\nctime = Fri Jan 31 12:00:0\d UTC 2025\n/u,
  );
  expect(await say(second, "create", "/hello", "again")).toBe("Node already exists: /hello\n");
  expect(await say(third, "create", "/hello/child", "x")).toBe("Created /hello/child\n");
  expect(await say(second, "delete", "/hello")).toBe("Node not empty: /hello\n");
  expect(await say(second, "ls", "/hello")).toBe("[child]\n");
  expect((await third.exec(["zkServer.sh", "status"])).stdout).toBe("Mode: leader\n");
  expect((await first.exec(["zkServer.sh", "status"])).stdout).toBe("Mode: follower\n");
  expect(pods.errors).toEqual([]);
});

test("an ensemble serves with two of three, not with one, and the next leader begins an epoch", async () => {
  const pods = createPods(names);
  const [first, second, third] = [start(pods, 0), start(pods, 1), start(pods, 2)];
  await pods.clock.advance(100);
  await say(first, "create", "/a", "1");
  await third.exec(["pkill", "java"]);
  expect(third.exit.value?.exitCode).toBe(143);
  expect(await say(first, "set", "/a", "2")).toContain("mZxid = 0x200000002\n");
  await second.exec(["pkill", "java"]);
  expect(await say(first, "get", "/a")).toContain("KeeperErrorCode = ConnectionLoss for /a");
});

test("a single server needs nobody else", async () => {
  const pods = createPods();
  const server = pods.start(zookeeper);
  await pods.clock.advance(100);
  expect(await say(server, "create", "-s", "/job", "x")).toBe("Created /job0000000000\n");
  expect((await server.exec(["zkServer.sh", "status"])).stdout).toBe("Mode: standalone\n");
});
