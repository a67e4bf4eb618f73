import { createHash, randomBytes } from "node:crypto";
import { get, request } from "node:http";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { kubectlMissing } from "../support/kubectl.ts";
import { type KubectlCluster, podManifest, startKubectlCluster, tellWhyNot } from "./kubectl-cluster.ts";

tellWhyNot("kubectl port-forward", kubectlMissing);

const bytes = randomBytes(20_000_000);
const digest = createHash("md5").update(bytes).digest("hex");
const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: nginx, ports: [{ name: http, containerPort: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 8080, targetPort: http }] }
---
${podManifest("sink", {
  containers: [{ name: "main", image: "registry.k8s.io/e2e-test-images/agnhost:2.53", args: ["netexec"] }],
})}`;
let on: KubectlCluster;

beforeAll(async () => {
  const started = await startKubectlCluster();
  if (!started) return;
  on = started;
  await on.cluster.apply(manifest);
  await on.run("rollout status deployment web --timeout=15s");
  await on.run("wait pod sink --for=condition=Ready");
  const pods = (await on.run("get pods -l app=web -o name")).trim().split("\n");
  for (const pod of pods) {
    await on.run(["exec", "-i", pod, "--", "sh", "-c", "cat > /usr/share/nginx/html/big"], { stdin: bytes });
  }
});
afterAll(() => on?.close());

/** Forwards while `work` runs. */
async function forwarding<T>(
  target: string,
  env: Record<string, string>,
  work: (port: number) => Promise<T>,
): Promise<T> {
  const child = on.kubectl.start(["port-forward", ...target.split(" ")], { env });
  const port = await new Promise<number>((resolve, reject) => {
    let said = "";
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = /Forwarding from 127\.0\.0\.1:(\d+)/u.exec(said)?.[1];
      if (found) resolve(Number(found));
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.on("close", () => reject(new Error(`kubectl port-forward ended: ${said}`)));
  });
  try {
    return await work(port);
  } finally {
    child.kill();
  }
}

function download(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const hash = createHash("md5");
    get({ host: "127.0.0.1", port, path, agent: false }, (response) => {
      response.on("data", (chunk: Buffer) => hash.update(chunk));
      response.on("end", () => resolve(`${response.statusCode} ${hash.digest("hex")}`));
      response.on("error", reject);
    }).on("error", reject);
  });
}

function upload(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "text/plain", "content-length": bytes.length };
    const upgoing = request({ host: "127.0.0.1", port, path, method: "POST", headers, agent: false }, (response) => {
      response.resume();
      response.on("end", () => resolve(String(response.statusCode)));
    });
    upgoing.on("error", reject);
    upgoing.end(bytes);
  });
}

const transports = [
  ["WebSocket", { KUBECTL_PORT_FORWARD_WEBSOCKETS: "true" }],
  ["SPDY", { KUBECTL_PORT_FORWARD_WEBSOCKETS: "false" }],
] as const;

describe.skipIf(kubectlMissing)("kubectl port-forward", () => {
  for (const [name, env] of transports) {
    test(`a service carries six bodies of 20 MB at once over ${name}`, async () => {
      const all = await forwarding("service/web :8080", env, (port) =>
        Promise.all(Array.from({ length: 6 }, () => download(port, "/big"))),
      );
      expect(new Set(all)).toEqual(new Set([`200 ${digest}`]));
    });

    test(`a deployment answers a hundred requests side by side over ${name}`, async () => {
      const all = await forwarding("deployment/web :80", env, (port) =>
        Promise.all(Array.from({ length: 100 }, () => download(port, "/"))),
      );
      expect([...new Set(all)]).toEqual([expect.stringMatching(/^200 /u)]);
      expect(all).toHaveLength(100);
    });

    test(`a pod takes 20 MB over ${name}`, async () => {
      expect(await forwarding("pod/sink :8080", env, (port) => upload(port, "/echo?msg=thanks"))).toBe("200");
    });
  }

  test("a port where nobody listens is refused, and kubectl says so and ends", async () => {
    const child = on.kubectl.start(["port-forward", "pod/sink", ":9"], { env: {} });
    const said = new Promise<string>((resolve) => {
      let text = "";
      const listen = (chunk: Buffer): void => {
        const before = text;
        text += chunk.toString();
        const port = /Forwarding from 127\.0\.0\.1:(\d+)/u.exec(text)?.[1];
        // However kubectl leaves, and whenever: what the client sees of it depends on who was faster.
        if (port !== undefined && !before.includes("Forwarding")) download(Number(port), "/").catch(() => {});
      };
      child.stdout?.on("data", listen);
      child.stderr?.on("data", listen);
      child.on("close", () => resolve(text));
    });
    expect(await said).toMatch(/connect: connection refused"\nerror: lost connection to pod\n$/u);
  });
});
