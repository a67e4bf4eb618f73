import { expect, test } from "vitest";

import type { Program } from "../../src/runtime/process.ts";
import { client, makeContainer, runToEnd } from "./running-container.ts";

const sleeper: Program = async (process) => {
  await process.terminated;
  return 0;
};

const cat: Program = async (process) => {
  for await (const line of process.stdin.lines()) await process.print(`${line}!\n`);
  return 0;
};

const wrapped = (reason: string): string =>
  "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: " +
  `unable to start container process: error during container init: ${reason}: unknown`;

test.each([
  [["foo"], 'exec: "foo": executable file not found in $PATH'],
  [["/foo"], 'exec: "/foo": stat /foo: no such file or directory'],
  [["/tmp"], 'exec: "/tmp": is a directory'],
  [["/etc/passwd"], 'exec: "/etc/passwd": permission denied'],
])("%s cannot start", async (command, reason) => {
  const container = makeContainer(sleeper, {}, { command });
  expect(container.live.start()).toBe(wrapped(reason));
  expect(await container.live.exited).toEqual({ exitCode: 128 });
});

test("the working directory is made, and the user must be able to enter it", () => {
  expect(makeContainer(sleeper, {}, { workingDirectory: "/new/place" }).live.start()).toBeUndefined();
  const user = { uid: 1000, gid: 1000, name: "me", groups: [] };
  expect(makeContainer(sleeper, {}, { workingDirectory: "/root", user }).live.start()).toBe(
    wrapped('chdir to cwd ("/root") set in config.json failed: permission denied'),
  );
});

test("the container runtime adds its variables to the pod's", async () => {
  const app: Program = async (process) => {
    for (const [name, value] of process.env) await process.print(`${name}=${value}\n`);
    return 0;
  };
  const env = new Map([
    ["PATH", "/app"],
    ["A", "1"],
  ]);
  const container = makeContainer(app, {}, { env });
  await runToEnd(container);
  expect(container.output.stdout).toBe("PATH=/app\nHOSTNAME=web\nA=1\nHOME=/root\n");
});

test("a script without an interpreter starts, and fails", async () => {
  const container = makeContainer(sleeper, {}, { command: ["/bin/script"] });
  container.live.container.files.write("/bin/script", "#!/bin/bash\n");
  container.live.container.files.chmod("/bin/script", 0o755);
  expect(await runToEnd(container)).toBe("255");
  expect(container.output.stderr).toBe("exec /bin/script: no such file or directory\n");
});

test("exec carries stdin to its end and answers the exit code", async () => {
  const container = makeContainer(sleeper, { cat });
  container.live.start();
  const { streams, seen, type, end } = client();
  const exit = container.live.exec(["cat"], streams);
  type("a\nb");
  await container.clock.settle();
  expect(seen.stdout).toBe("a!\n");
  end();
  await container.clock.settle();
  expect(await exit).toBe(0);
  expect(seen.stdout).toBe("a!\nb!\n");
  expect(container.output.stdout).toBe("");
});

test("exec of what is not there is an ExecError in runc's words", async () => {
  const container = makeContainer(sleeper);
  container.live.start();
  await expect(container.live.exec(["bash"], client().streams)).rejects.toMatchObject({
    exitCode: 127,
    message: expect.stringMatching(
      /^failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "bash": executable file not found in \$PATH: unknown$/u,
    ),
  });
});

test("a client that hangs up ends its session with SIGHUP", async () => {
  const container = makeContainer(sleeper, { cat });
  container.live.start();
  const { streams, hangUp } = client();
  const exit = container.live.exec(["cat"], streams);
  await container.clock.settle();
  expect(container.live.container.processes.size).toBe(2);
  hangUp.abort();
  expect(await exit).toBe(129);
  expect(container.live.container.processes.size).toBe(1);
});

test("when PID 1 ends, so does every session", async () => {
  const container = makeContainer(sleeper, { cat });
  container.live.start();
  const exit = container.live.exec(["cat"], client().streams);
  await container.clock.settle();
  await container.live.stop(1000);
  expect(await exit).toBe(137);
});

test("several clients attach to PID 1, and its log goes on", async () => {
  const container = makeContainer(cat, {}, { stdin: true, stdinOnce: true });
  container.live.start();
  const watching = client();
  const typing = client();
  const { stdin: _none, ...watch } = watching.streams;
  const watched = container.live.attach(watch);
  const attached = container.live.attach(typing.streams);
  typing.type("hello\n");
  await container.clock.settle();
  typing.end();
  await attached;
  await watched;
  expect(watching.seen.stdout).toBe("hello!\n");
  expect(container.output.stdout).toBe("hello!\n");
});

test("a client that has typed all is detached, and PID 1 waits for others", async () => {
  const container = makeContainer(cat, {}, { stdin: true });
  container.live.start();
  for (const word of ["one", "two"]) {
    const typing = client();
    const attached = container.live.attach(typing.streams);
    typing.type(`${word}\n`);
    typing.end();
    await attached;
  }
  await container.clock.settle();
  expect(container.output.stdout).toBe("one!\ntwo!\n");
});

test("detaching leaves the container running", async () => {
  const container = makeContainer(cat, {}, { stdin: true });
  container.live.start();
  const first = client();
  const attached = container.live.attach(first.streams);
  first.hangUp.abort();
  await attached;
  first.end();
  await container.clock.settle();
  const second = client();
  void container.live.attach(second.streams);
  second.type("still here\n");
  await container.clock.settle();
  expect(container.output.stdout).toBe("still here!\n");
});
