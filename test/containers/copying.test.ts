import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { kubectlMissing } from "../support/kubectl.ts";
import { type KubectlCluster, podManifest, startKubectlCluster, tellWhyNot } from "./kubectl-cluster.ts";

tellWhyNot("kubectl cp", kubectlMissing);

const bytes = randomBytes(5_000_000);
const digest = createHash("md5").update(bytes).digest("hex");
const directory = mkdtempSync(join(tmpdir(), "picokube-copy-"));
const local = (name: string): string => join(directory, name);
let on: KubectlCluster;

beforeAll(async () => {
  const started = await startKubectlCluster();
  if (!started) return;
  on = started;
  writeFileSync(local("big"), bytes);
  mkdirSync(local("tree/deep"), { recursive: true });
  writeFileSync(local("tree/a b"), "with a blank\n");
  writeFileSync(local("tree/deep/script.sh"), "echo I run\n", { mode: 0o755 });
  writeFileSync(local("tree/deep/empty"), "");
  symlinkSync("a b", local("tree/link"));
  await on.ready(podManifest("box"), "box");
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await on?.close();
});

const inBox = (script: string, stdin?: Uint8Array): Promise<string> =>
  on.run(["exec", "-i", "box", "--", "sh", "-c", script], stdin ? { stdin } : {});

describe.skipIf(kubectlMissing)("kubectl cp and exec with stdin", () => {
  test("a file of 5 MB is intact in the pod and back again", async () => {
    await on.run(["cp", local("big"), "box:/tmp/big"]);
    expect(await inBox("md5sum /tmp/big")).toBe(`${digest}  /tmp/big\n`);
    await on.run(["cp", "box:/tmp/big", local("back")]);
    expect(readFileSync(local("back")).equals(bytes)).toBe(true);
  });

  test("a directory goes in with its links and modes", async () => {
    await on.run(["cp", local("tree"), "box:/srv"]);
    const listing = await inBox("cd /srv; cat 'a b'; cat link; ./deep/script.sh; wc -c deep/empty; readlink link");
    expect(listing).toBe("with a blank\nwith a blank\nI run\n0 deep/empty\na b\n");
  });

  test("a directory comes out; kubectl leaves links behind and says so", async () => {
    await inBox("mkdir -p /out/sub; echo one > /out/1; echo two > /out/sub/2; ln -s 1 /out/link");
    const { code, stderr, stdout } = await on.kubectl.run(["cp", "box:/out", local("out")]);
    expect({ code, warned: /skipping symlink/u.test(stderr + stdout) }).toEqual({ code: 0, warned: true });
    expect(
      readdirSync(local("out"), { recursive: true })
        .map(String)
        .toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(["1", "sub", "sub/2"]);
    expect(readFileSync(local("out/sub/2"), "utf8")).toBe("two\n");
  });

  test("what is not there is tar's complaint", async () => {
    const { stdout, stderr } = await on.kubectl.run(["cp", "box:/nowhere", local("x")]);
    expect(stdout + stderr).toContain("tar: /nowhere: No such file or directory");
  });

  test("an image without tar cannot be copied to", async () => {
    const pause = [{ name: "main", image: "registry.k8s.io/pause" }];
    await on.ready(podManifest("bare", { containers: pause }), "bare");
    const { code, stderr } = await on.kubectl.run(["cp", local("tree"), "bare:/tmp"]);
    expect(stderr).toContain('exec: "tar": executable file not found in $PATH');
    expect(code).toBe(1);
  });

  test("5 MB of stdin arrive, and 5 MB leave", async () => {
    expect(await inBox("cat > /tmp/in; md5sum /tmp/in", bytes)).toBe(`${digest}  /tmp/in\n`);
    expect(await inBox("md5sum", bytes)).toBe(`${digest}  -\n`);
    expect(await inBox("wc -c | tr -d ' '; exit 0", bytes)).toBe("5000000\n");
  });

  test("tar through exec packs and unpacks, plain and gzipped", async () => {
    await inBox("mkdir -p /p/q; echo deep > /p/q/r; mkdir /unpacked");
    expect(await inBox("tar cf - -C / p | tar tf -")).toBe("p/\np/q/\np/q/r\n");
    expect(await inBox("tar czf - -C / p | tar xzf - -C /unpacked; cat /unpacked/p/q/r")).toBe("deep\n");
  });
});
