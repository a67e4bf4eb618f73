import { expect, test } from "vitest";

import { shellMachine } from "../shell/shell-machine.ts";

test("apk adds a tool that exists", async () => {
  const { stdout, exitCode } = await shellMachine("alpine").run([
    "sh",
    "-c",
    "curl -V; apk add -q curl && curl -V | head -c 5; which curl",
  ]);
  expect({ stdout, exitCode }).toEqual({ stdout: "curl /usr/bin/curl\n", exitCode: 0 });
});

test("apk prints its familiar lines", async () => {
  const { stdout } = await shellMachine("alpine").run(["apk", "add", "--no-cache", "bind-tools"]);
  expect(stdout).toMatch(
    /^fetch https:\/\/.*\/main\/x86_64\/APKINDEX.tar.gz\nfetch .*\/community\/.*\n\(1\/1\) Installing bind-tools \(.*\)\nExecuting busybox-.*\.trigger\nOK: 10 MiB in 16 packages\n$/u,
  );
});

test("apk has no package whose tool does not exist", async () => {
  const { stderr, exitCode } = await shellMachine("alpine").run(["apk", "add", "-q", "htop"]);
  expect(stderr).toBe("ERROR: unable to select packages:\n  htop (no such package):\n    required by: world[htop]\n");
  expect(exitCode).toBe(1);
});

test("apk removes what it added", async () => {
  const { exitCode } = await shellMachine("alpine").run(["sh", "-c", "apk add -q curl && apk del curl && which curl"]);
  expect(exitCode).toBe(1);
});

test("apt-get does the same", async () => {
  const script =
    "apt-get update >/dev/null && apt-get install -y curl >/dev/null && curl -V | head -c 5; apt-get install -y htop";
  const { stdout, stderr, exitCode } = await shellMachine("debian").run(["sh", "-c", script]);
  expect(stdout).toMatch(/^curl Reading package lists/u);
  expect({ stderr, exitCode }).toEqual({ stderr: "E: Unable to locate package htop\n", exitCode: 100 });
});
