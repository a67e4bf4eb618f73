import { expect, test } from "vitest";

import { SharedMemory } from "../../../src/runtime/kernel/memory.ts";
import { ExecError, type Program, SystemError } from "../../../src/runtime/process.ts";
import { makeContainer, runToEnd } from "../running-container.ts";

const sleeper: Program = async (process) => {
  await process.sleep(1_000_000);
  return 0;
};

test("a container ends with the exit code of PID 1 and streams its output", async () => {
  const container = makeContainer(async (process) => {
    await process.print("one\n");
    await process.sleep(1000);
    await process.warn("two\n");
    return 3;
  });
  container.live.start();
  await container.clock.advance(500);
  expect(container.output).toEqual({ stdout: "one\n", stderr: "" });
  await container.clock.advance(500);
  expect(container.output.stderr).toBe("two\n");
  expect(await container.live.exited).toEqual({ exitCode: 3 });
});

test("PID 1 ignores a SIGTERM it does not handle until the grace period ends", async () => {
  const container = makeContainer(sleeper);
  container.live.start();
  const stopped = container.live.stop(30_000);
  await container.clock.advance(29_999);
  expect(container.live.container.processes.size).toBe(1);
  await container.clock.advance(1);
  await stopped;
  expect(await container.live.exited).toEqual({ exitCode: 137, signal: 9 });
});

test("a server that waits for `terminated` ends at SIGTERM", async () => {
  const container = makeContainer(async (process) => {
    const signal = await process.terminated;
    await process.print(`got ${signal}\n`);
    return 0;
  });
  container.live.start();
  await container.clock.settle();
  await container.live.stop(30_000);
  expect(container.output.stdout).toBe("got SIGTERM\n");
  expect(await container.live.exited).toEqual({ exitCode: 0 });
});

test("a child is killed by a signal it does not handle, and its parent sees 128 + n", async () => {
  const container = makeContainer(
    async (process) => {
      const codes: number[] = [];
      for (const signal of ["SIGTERM", "SIGKILL", "SIGINT"] as const) {
        const child = await process.spawn(["sleeper"]);
        process.kill(child.pid, signal);
        codes.push(await child.exit);
      }
      await process.print(codes.join(" "));
      return process.kill(99, "SIGTERM") ? 1 : 0;
    },
    { sleeper },
  );
  expect(await runToEnd(container)).toBe("0");
  expect(container.output.stdout).toBe("143 137 130");
});

test("commands that cannot be run say why, with a shell's exit code", async () => {
  const container = makeContainer(async (process) => {
    process.files.write("/bin/plain", "echo hi\n");
    process.files.write("/bin/text", "echo hi\n", 0o755);
    process.files.write("/bin/lost", "#!/bin/nosuch -x\n", 0o755);
    process.files.chmod("/bin/text", 0o755);
    process.files.chmod("/bin/lost", 0o755);
    for (const name of ["nosuch", "/nosuch", "plain", "text", "lost", "/bin"]) {
      const error: unknown = await process.spawn([name]).catch((reason: unknown) => reason);
      if (error instanceof ExecError) await process.print(`${name} ${error.code} ${error.exitCode}\n`);
    }
    return 0;
  });
  await runToEnd(container);
  expect(container.output.stdout).toBe(
    "nosuch ENOENT 127\n/nosuch ENOENT 127\nplain EACCES 126\ntext ENOEXEC 126\nlost ENOENT 127\n/bin EACCES 126\n",
  );
});

test("a script runs in its interpreter, with one argument", async () => {
  const container = makeContainer(
    async (process) => {
      process.files.write("/script", "#!/bin/show -e -x\n");
      process.files.chmod("/script", 0o755);
      const child = await process.spawn(["/script", "a"]);
      return child.exit;
    },
    { show: async (process) => (await process.print(process.argv.join("|")), 5) },
  );
  expect(await runToEnd(container)).toBe("5");
  expect(container.output.stdout).toBe("/bin/show|-e -x|/script|a");
});

test("a copied executable still runs", async () => {
  const container = makeContainer(
    async (process) => {
      process.files.write("/tmp/copy", process.files.read("/bin/five"));
      process.files.chmod("/tmp/copy", 0o755);
      return (await process.spawn(["/tmp/copy"])).exit;
    },
    { five: () => Promise.resolve(5) },
  );
  expect(await runToEnd(container)).toBe("5");
});

test("a process that becomes another program keeps its pid and forgets its handlers", async () => {
  const container = makeContainer(
    async (process) => {
      process.onSignal("SIGTERM", () => {});
      return process.become(["next", "x"], new Map([["A", "1"]]));
    },
    {
      next: async (process) => {
        await process.print(`${process.pid} ${process.argv.join(" ")} ${process.env.get("A") ?? ""}\n`);
        await process.terminated;
        return 4;
      },
    },
  );
  container.live.start();
  await container.clock.advance(10);
  await container.live.stop(10);
  expect(container.output.stdout).toBe("1 next x 1\n");
  expect(await container.live.exited).toEqual({ exitCode: 4 });
});

test("a child nobody waits for is a zombie; an orphan goes to PID 1", async () => {
  const container = makeContainer(
    async (process) => {
      await process.spawn(["five"]);
      const middle = await process.spawn(["middle"]);
      await middle.exit;
      await process.sleep(10);
      for (const { pid, parentPid, state } of process.container.processes.values()) {
        await process.print(`${pid} ${parentPid} ${state}\n`);
      }
      return 0;
    },
    {
      five: () => Promise.resolve(5),
      middle: async (process) => {
        await process.spawn(["sleeper"]);
        return 0;
      },
      sleeper,
    },
  );
  expect(await runToEnd(container)).toBe("0");
  expect(container.output.stdout).toBe("1 0 running\n2 1 zombie\n4 1 running\n");
});

test("a stopped process goes on at SIGCONT", async () => {
  const container = makeContainer(async (process) => {
    const child = process.fork(async (forked) => {
      for (let i = 0; i < 4; i++) {
        await forked.sleep(100);
        await forked.print(String(i));
      }
      return 9;
    });
    await process.sleep(150);
    process.kill(child.pid, "SIGTSTP");
    await child.whenStopped();
    await process.sleep(1000);
    await process.print("|");
    process.kill(child.pid, "SIGCONT");
    return child.exit;
  });
  expect(await runToEnd(container)).toBe("9");
  expect(container.output.stdout).toBe("0|123");
});

test("a fork bomb meets EAGAIN, and its container can still be killed", async () => {
  let refused = 0;
  const bomb: Program = async (process) => {
    for (;;) {
      try {
        process.fork(bomb);
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        refused++;
        await process.sleep(1000);
      }
      await process.pause();
    }
  };
  const container = makeContainer(bomb);
  container.live.start();
  await container.clock.advance(2000);
  expect(refused).toBeGreaterThan(0);
  expect(container.live.container.processes.size).toBe(1024);
  await container.live.stop(0);
  expect(container.live.container.processes.size).toBe(0);
});

test("a busy loop stops neither the clock nor other containers", async () => {
  const busy = makeContainer(async (process) => {
    for (;;) await process.pause();
  });
  let ticks = 0;
  const other = makeContainer(
    async (process) => {
      for (; ticks < 10; ticks++) await process.sleep(10);
      return 0;
    },
    {},
    { clock: busy.clock },
  );
  busy.live.start();
  other.live.start();
  await busy.clock.advance(100);
  expect(ticks).toBe(10);
  expect(busy.live.usage.cpuNanoseconds).toBeGreaterThan(90e6);
  await busy.live.stop(0);
});

test("what all containers of a cluster keep has a limit; the one that grows beyond it ends, and its memory is free again", async () => {
  const sharedMemory = new SharedMemory();
  const keeps = (mebibytes: number) => {
    const app: Program = async (process) => {
      process.kept.bytes = mebibytes * 1024 * 1024;
      await process.sleep(1000);
      return 0;
    };
    return makeContainer(app, {}, { sharedMemory });
  };
  const [first, second, third] = [keeps(1000), keeps(1000), keeps(100)];
  for (const { live } of [first, second]) live.start();
  await Promise.all([first, second].map(({ clock }) => clock.advance(10)));
  expect(await runToEnd(third)).toBe("137OOMKilled");
  expect(await runToEnd(keeps(20))).toBe("0");
  for (const { clock } of [first, second]) await clock.advance(2000);
  expect(await runToEnd(keeps(1000))).toBe("0");
});

test("more memory than the limit is OOMKilled", async () => {
  const container = makeContainer(
    async (process) => {
      process.fork(sleeper);
      for (let mib = 1; ; mib++) {
        process.memoryBytes = mib * 1024 * 1024;
        await process.sleep(10);
      }
    },
    {},
    { memoryLimit: 50 * 1024 * 1024 },
  );
  expect(await runToEnd(container)).toBe("137OOMKilled");
  expect(container.live.usage.memoryBytes).toBe(0);
});

test("an error that a program lets through is said on stderr and ends it", async () => {
  const container = makeContainer(async (process) => Promise.resolve(process.files.read("/nosuch").length));
  expect(await runToEnd(container)).toBe("1");
  expect(container.output.stderr).toBe("app: No such file or directory\n");
  expect(container.errors).toEqual([]);
});
