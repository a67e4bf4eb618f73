import type { ChildProcess } from "node:child_process";
import { request } from "node:http";
import { connect } from "node:net";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createKubectl, type Kubectl, kubectlMissing } from "../../support/kubectl.ts";
import { startTestServer, type TestServer } from "../../support/test-server.ts";
import { bigBytes, type FakePod, startFakePod } from "./fake-pod.ts";

if (kubectlMissing) process.stderr.write(`not tested with kubectl: ${kubectlMissing}\n`);

let pod: FakePod;
let server: TestServer;
let kubectl: Kubectl;
beforeAll(async () => {
  pod = await startFakePod();
  server = await startTestServer(pod);
  kubectl = createKubectl(server.kubeconfig);
});
afterAll(async () => {
  kubectl.close();
  pod.close();
  await server.close();
});

const transports = [
  ["WebSocket", "Internal error occurred: ", {}],
  ["SPDY", "", { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: "false", KUBECTL_PORT_FORWARD_WEBSOCKETS: "false" }],
] as const;

describe.skipIf(kubectlMissing)("kubectl", () => {
  describe.each(transports)("over %s", (_name, translated, env) => {
    test.each([
      { args: ["exec", "web", "--", "echo", "hello"], code: 0, stdout: "hello\n", stderr: "" },
      {
        args: ["exec", "web", "--", "complain", "no"],
        code: 3,
        stdout: "",
        stderr: "no\ncommand terminated with exit code 3\n",
      },
      {
        args: ["exec", "web", "--", "missing", "sh"],
        code: 1,
        stdout: "",
        stderr: `error: ${translated}commands "sh" not found\n`,
      },
      { args: ["exec", "-i", "web", "--", "cat"], stdin: "typed\n", code: 0, stdout: "typed\n", stderr: "" },
      {
        args: ["attach", "-i", "web", "-c", "web", "-q"],
        stdin: "attached\n",
        code: 0,
        stdout: "attached\n",
        stderr: "",
      },
    ])("$args ends with $code", async ({ args, stdin = "", code, stdout, stderr }) => {
      expect(await kubectl.run(args, { env, stdin })).toEqual({ code, stdout, stderr });
      expect(server.errors()).toEqual([]);
    });

    test("exec carries 20 MiB out and 20 MiB in", async () => {
      const out = await kubectl.run(["exec", "web", "--", "big"], { env });
      const into = await kubectl.run(["exec", "-i", "web", "--", "count"], { env, stdin: Buffer.alloc(bigBytes, "z") });
      expect([out.stdout.length, out.code, into.stdout]).toEqual([bigBytes, 0, `${bigBytes}\n`]);
    });

    test("exec ends although its input goes on", async () => {
      const stdin = Buffer.alloc(bigBytes, "z");
      expect(await kubectl.run(["exec", "-i", "web", "--", "echo", "done"], { env, stdin })).toMatchObject({
        code: 0,
        stdout: "done\n",
      });
    });

    test("a killed exec hangs up", async () => {
      const child = kubectl.start(["exec", "web", "--", "hang"], { env });
      await firstLine(child, "hanging");
      const session = pod.sessions.at(-1);
      child.kill("SIGKILL");
      await expect.poll(() => session?.ended).toBe("exit 129");
    });

    test("port-forward carries 20 MiB both ways, several at a time", async () => {
      const { port, child } = await forward("80", env);
      const replies = await Promise.all([
        get(port, "GET"),
        get(port, "POST", bigBytes),
        get(port, "GET"),
        get(port, "POST", 10),
      ]);
      expect(replies.map((reply) => (reply.length > 100 ? reply.length : reply))).toEqual([
        bigBytes,
        `received ${bigBytes}`,
        bigBytes,
        "received 10",
      ]);
      expect(server.errors()).toEqual([]);
      child.kill();
    });

    test("port-forward ends soon after the pod has said all, although the client has not", async () => {
      const { port, child } = await forward("82", env);
      const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
      let said = "";
      socket.on("data", (bytes: Buffer) => (said += bytes.toString()));
      await new Promise((resolve) => socket.once("end", resolve));
      expect(said).toBe("farewell");
      socket.destroy();
      child.kill();
    });

    test("port-forward to a port where nobody listens says so", async () => {
      const { port, child } = await forward("81", env);
      const said = firstLine(child, "error forwarding port 81 to pod web", "stderr");
      await expect(get(port, "GET")).rejects.toMatchObject({ code: "ECONNRESET" });
      expect(await said).toContain("connect: connection refused");
      child.kill();
    });
  });
});

async function forward(
  port: string,
  env: Readonly<Record<string, string>>,
): Promise<{ port: number; child: ChildProcess }> {
  const child = kubectl.start(["port-forward", "pod/web", `:${port}`, "--address", "127.0.0.1"], { env });
  const line = await firstLine(child, "Forwarding from 127.0.0.1:");
  return { child, port: Number(/127\.0\.0\.1:(\d+)/u.exec(line)?.[1]) };
}

/** All that was printed up to where `text` occurs; rejects when the process ends before. */
function firstLine(child: ChildProcess, text: string, stream: "stdout" | "stderr" = "stdout"): Promise<string> {
  let printed = "";
  return new Promise((resolve, reject) => {
    for (const one of ["stdout", "stderr"] as const) {
      child[one]?.on("data", (chunk: Buffer) => {
        printed += chunk.toString();
        if (one === stream && printed.includes(text)) resolve(printed);
      });
    }
    child.on("close", () => reject(new Error(`kubectl ended: ${printed}`)));
  });
}

function get(port: number, method: string, length = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(Buffer.concat(chunks).toString()));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(Buffer.alloc(length));
  });
}
