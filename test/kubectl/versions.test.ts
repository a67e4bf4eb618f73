import { readFileSync } from "node:fs";
import { get } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { type Cluster, type ClusterServer, createCluster } from "../../src/index.ts";
import { installedKubectls } from "../support/kubectl-versions.ts";
import { createKubectl, kubectlMissing } from "../support/kubectl.ts";

const kubectls = await installedKubectls();
const found = kubectls.map(({ version }) => version).join(", ");
process.stderr.write(found ? `kubectl found: ${found}\n` : `no version of kubectl is tested: ${kubectlMissing}\n`);

const errors: string[] = [];
let cluster: Cluster;
let server: ClusterServer;

beforeAll(async () => {
  const log = { write: (level: string, text: string) => void (level === "error" && errors.push(text)) };
  cluster = await createCluster({ clock: "real", pace: "instant", log });
  server = await cluster.listen();
});
afterAll(async () => {
  await cluster.close();
  expect(errors).toEqual([]);
});

/** One at least, for a file must have a test. */
const tested = kubectls.length > 0 ? kubectls : [{ program: "kubectl", version: "of any version" }];

test.skipIf(kubectls.length === 0).concurrent.each(tested)(
  "the lesson on Services works with kubectl $version",
  async ({ version, program }) => {
    const namespace = version.replaceAll(".", "-");
    const kubectl = createKubectl(server.kubeconfig, program);
    /** What a command prints; a failed one fails the test with its own words. */
    const run = async (args: readonly string[], stdin = ""): Promise<string> => {
      const { code, stdout, stderr } = await kubectl.run(["-n", namespace, ...args], { stdin });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      return stdout;
    };
    const podNames = async (): Promise<string[]> =>
      (await run(["get", "pods", "-l", "app=simple-server", "-o", "jsonpath={.items[*].metadata.name}"])).split(" ");
    try {
      await run(["create", "namespace", namespace]);
      const manifests = [manifest("replicaset.yaml"), manifest("curl-pod.yaml")].join("\n---\n");
      expect(await run(["apply", "-f", "-"], manifests)).toMatch(/^(?:\S+ created\n){2}$/u);
      await run(["wait", "pod", "--all", "--for=condition=Ready"]);

      const [first = "", ...others] = await podNames();
      await run(["delete", "pod", first]);
      await run(["wait", "pod", "--all", "--for=condition=Ready"]);
      const pods = await podNames();
      expect(pods.filter((name) => others.includes(name))).toHaveLength(2);
      expect(pods).toHaveLength(3);

      const nodePort = await freeNodePort(31_000 + 100 * kubectls.findIndex((one) => one.version === version));
      await run(["apply", "-f", "-"], manifest("service-nodeport.yaml").replace("30000", String(nodePort)));
      expect(await run(["get", "svc", "simple-server"])).toContain(`8090:${nodePort}/TCP`);
      expect(await run(["describe", "svc", "simple-server"])).toMatch(/^Endpoints: +10\.244\.\d+\.\d+:8090,10\.244/mu);
      const thrice = "for i in 1 2 3; do curl -s simple-server:8090; done; exit 0";
      expect(pods.filter(isIn(await run(["exec", "-i", "curl-pod", "--", "sh"], thrice)))).toEqual(pods);
      const url = `http://127.0.0.1:${nodePort}/`;
      const answers = [await fetchText(url), await fetchText(url), await fetchText(url)];
      expect(pods.filter(isIn(answers.join("")))).toEqual(pods);
      expect((await kubectl.run(["-n", namespace, "exec", "curl-pod", "--", "sh", "-c", "exit 3"])).code).toBe(3);
    } finally {
      kubectl.close();
    }
  },
);

function manifest(name: string): string {
  return readFileSync(join(import.meta.dirname, "../../examples/services", name), "utf8");
}

function isIn(text: string): (name: string) => boolean {
  return (name) => text.includes(name);
}

/** The first node port, from one on, on which nobody on this machine listens. */
async function freeNodePort(from: number): Promise<number> {
  for (let port = from; port < 32_768; port++) if (await canListen(port)) return port;
  throw new Error("every node port is taken");
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

function fetchText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve(text));
    }).on("error", reject);
  });
}
