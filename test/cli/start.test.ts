import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { load } from "js-yaml";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

const bin = join(import.meta.dirname, "../../bin/picokube.js");

let directory: string;
const running = new Set<ChildProcess>();
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "picokube-cli-"));
});
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

interface Kubeconfig {
  readonly "current-context": string;
  readonly clusters: readonly { readonly name: string; readonly cluster: { readonly server: string } }[];
  readonly contexts: readonly { readonly name: string }[];
  readonly users: readonly { readonly name: string }[];
}

const read = (file: string): Kubeconfig => load(readFileSync(file, "utf8")) as Kubeconfig;

/** A picokube in its own home directory. */
function picokube(...args: string[]): ChildProcess {
  const { KUBECONFIG: _kubeconfig, ...env } = process.env;
  const child = spawn(process.execPath, [bin, ...args], {
    env: { ...env, HOME: directory, USERPROFILE: directory },
    stdio: "pipe",
  });
  running.add(child);
  child.on("close", () => running.delete(child));
  return child;
}

/** Everything a finished picokube printed. */
async function finished(child: ChildProcess): Promise<{ code: number; stdout: string; stderr: string }> {
  const texts = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk: Buffer) => (texts.stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (texts.stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, ...texts };
}

/** Resolves with what was printed when the cluster is ready. */
function ready(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("--watch")) resolve(text);
    });
    child.stderr?.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.on("close", () => reject(new Error(`it ended: ${text}`)));
  });
}

async function stop(child: ChildProcess): Promise<number | null> {
  const closed = once(child, "close");
  child.kill("SIGINT");
  const [code] = (await closed) as [number | null];
  return code;
}

describe("picokube start", () => {
  test("merges its context into the kubeconfig, and takes it out again at the end", async () => {
    const file = join(directory, ".kube", "config");
    const before =
      "apiVersion: v1\nkind: Config\nclusters:\n  - name: mine\n    cluster: { server: https://example.invalid }\nusers: []\ncontexts:\n  - name: mine\n    context: { cluster: mine, user: me }\ncurrent-context: mine\n";
    rmSync(join(directory, ".kube"), { recursive: true, force: true });
    const first = picokube("start", "--port", "0", "--quiet");
    await ready(first);
    expect(statSync(file).mode & 0o777).toBe(process.platform === "win32" ? statSync(file).mode & 0o777 : 0o600);
    expect(read(file)["current-context"]).toBe("picokube");
    expect(await stop(first)).toBe(0);
    expect(existsSync(file)).toBe(false);

    writeFileSync(file, before);
    const second = picokube("start", "--port", "0", "--quiet");
    await ready(second);
    expect(read(file).contexts.map(({ name }) => name)).toEqual(["mine", "picokube"]);
    expect(await stop(second)).toBe(0);
    expect(read(file)).toEqual(load(before));
  });

  test("a second running cluster gets names of its own", async () => {
    const file = join(directory, ".kube", "config");
    rmSync(file, { force: true });
    const first = picokube("start", "--port", "0", "--quiet");
    await ready(first);
    const second = picokube("start", "--port", "0", "--quiet");
    await ready(second);
    expect(read(file).clusters.map(({ name }) => name)).toEqual(["picokube", "picokube-2"]);
    expect(read(file)["current-context"]).toBe("picokube-2");
    await stop(second);
    expect(read(file)["current-context"]).toBe("picokube");
    await stop(first);
  });

  test("--kubeconfig writes there only", async () => {
    const file = join(directory, "own.yaml");
    const child = picokube("start", "--port", "0", "--kubeconfig", file);
    const text = await ready(child);
    expect(read(file)["current-context"]).toBe("picokube");
    expect(text).toContain(`kubectl --kubeconfig ${file} get nodes`);
    expect(await stop(child)).toBe(0);
    expect(existsSync(file)).toBe(true);
  });

  test("a port that is named and taken is a clear error", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await finished(picokube("start", "--port", String(port)));
    other.close();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `error: port ${port} is in use; choose another with --port\n`,
    });
  });

  test("--apply puts manifests in, and refuses bad ones with their error", async () => {
    const good = join(directory, "good.yaml");
    writeFileSync(good, "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: from-file }\n");
    const child = picokube("start", "--port", "0", "--kubeconfig", join(directory, "a.yaml"), "--apply", good);
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
    await ready(child);
    await expect.poll(() => text).toContain("configmap/from-file created");
    await stop(child);

    const bad = join(directory, "bad.yaml");
    writeFileSync(bad, "kind: Nothing\napiVersion: v9\nmetadata: { name: x }\n");
    const failed = await finished(
      picokube("start", "--port", "0", "--kubeconfig", join(directory, "b.yaml"), "--apply", bad),
    );
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/cannot apply .*no matches for kind "Nothing" in version "v9"/su);
  });

  test("wrong options are told", async () => {
    const { code, stderr } = await finished(picokube("start", "--nodes", "none"));
    expect(code).toBe(1);
    expect(stderr).toContain("it must be a whole number");
  });
});

test("picokube version and images print what they say", async () => {
  expect((await finished(picokube("version"))).stdout).toMatch(/^picokube \d+\.\d+\.\d+ \(Kubernetes v1\.32\.\d+/u);
  const { stdout } = await finished(picokube("images"));
  expect(stdout).toContain("surjection/stable-server");
});

test("picokube kubectl speaks to the cluster of the kubeconfig", async () => {
  const file = join(directory, "k.yaml");
  const child = picokube("start", "--port", "0", "--kubeconfig", file, "--quiet");
  await ready(child);
  const { code, stdout, stderr } = await finished(
    picokube("kubectl", "--kubeconfig", file, "get", "nodes", "-o", "name"),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.split("\n").filter((line) => line !== "")).toHaveLength(3);
  await stop(child);
});
