import { expect, test } from "vitest";

import { bytesDescriptor } from "../../../src/runtime/kernel/pipe.ts";
import { type Descriptor, type Process, type Program, SystemError } from "../../../src/runtime/process.ts";
import { makeContainer, runToEnd } from "../running-container.ts";

const yes: Program = async (process) => {
  for (;;) await process.print("y\n");
};

const head: Program = async (process) => {
  for await (const line of process.stdin.lines()) {
    await process.print(`${line}\n`);
    break;
  }
  return 0;
};

const cat: Program = async (process) => {
  for await (const bytes of process.stdin) await process.stdout.write(bytes);
  return 0;
};

async function pipeline(process: Process, first: string, second: string): Promise<readonly number[]> {
  const pipe = process.pipe();
  const writer = await process.spawn([first], { descriptors: new Map([[1, pipe.write]]) });
  const reader = await process.spawn([second], { descriptors: new Map([[0, pipe.read]]) });
  pipe.read.release();
  pipe.write.release();
  return [await writer.exit, await reader.exit];
}

test("a writer whose reader has ended dies of SIGPIPE", async () => {
  const container = makeContainer(
    async (process) => {
      const codes = await pipeline(process, "yes", "head");
      await process.print(codes.join(" "));
      return 0;
    },
    { yes, head },
  );
  expect(await runToEnd(container)).toBe("0");
  expect(container.output.stdout).toBe("y\n141 0");
});

test("a writer that ignores SIGPIPE gets EPIPE", async () => {
  const container = makeContainer(
    async (process) => {
      const codes = await pipeline(process, "stubborn", "head");
      return codes[0] ?? 0;
    },
    {
      head,
      stubborn: async (process) => {
        process.onSignal("SIGPIPE", "ignore");
        try {
          return await yes(process);
        } catch (error) {
          return error instanceof SystemError && error.code === "EPIPE" ? 7 : 1;
        }
      },
    },
  );
  expect(await runToEnd(container)).toBe("7");
});

test("a pipe holds 64 KiB, then its writer waits", async () => {
  let written = 0;
  const container = makeContainer(
    async (process) => {
      const pipe = process.pipe();
      await process.spawn(["fill"], { descriptors: new Map([[1, pipe.write]]) });
      await process.sleep(1000);
      const before = written;
      await process.waitFor(pipe.read.read(8192));
      await process.sleep(1000);
      await process.print(`${before} ${written}`);
      return 0;
    },
    {
      fill: async (process) => {
        for (;;) {
          written += 4096;
          await process.stdout.write(new Uint8Array(4096));
        }
      },
    },
  );
  expect(await runToEnd(container)).toBe("0");
  expect(container.output.stdout).toBe("65536 73728");
});

test("a reader that is killed takes nothing with it", async () => {
  const container = makeContainer(
    async (process) => {
      const pipe = process.pipe();
      const reader = await process.spawn(["cat"], { descriptors: new Map([[0, pipe.read]]) });
      await process.sleep(10);
      process.kill(reader.pid, "SIGKILL");
      await pipe.write.write(new TextEncoder().encode("left"));
      pipe.write.release();
      process.setDescriptor(0, pipe.read);
      await process.print(await process.stdin.readText());
      return 0;
    },
    { cat },
  );
  expect(await runToEnd(container)).toBe("0");
  expect(container.output.stdout).toBe("left");
});

test("redirections: files are shared with children, appended to, and closed numbers are EBADF", async () => {
  const container = makeContainer(
    async (process) => {
      const file = process.open("out", "write");
      const descriptors = new Map<number, Descriptor | null>([
        [0, bytesDescriptor(new TextEncoder().encode("here\n"))],
        [1, file],
        [2, null],
      ]);
      await (
        await process.spawn(["cat"], { descriptors })
      ).exit;
      const child = process.fork(
        async (forked) => {
          await forked.print("again\n");
          return forked.warn("lost").then(
            () => 0,
            (error: unknown) => (error instanceof SystemError && error.code === "EBADF" ? 9 : 1),
          );
        },
        { descriptors },
      );
      const code = await child.exit;
      const appended = process.open("/out", "append");
      await appended.write(new TextEncoder().encode("end\n"));
      await process.print(process.files.readText("/out"));
      return code;
    },
    { cat },
  );
  expect(await runToEnd(container)).toBe("9");
  expect(container.output.stdout).toBe("here\nagain\nend\n");
});

test("/proc/1/fd/1 and /dev/stdout lead to the container's log", async () => {
  const container = makeContainer(
    async (process) => {
      await (
        await process.spawn(["log"])
      ).exit;
      return 0;
    },
    {
      log: async (process) => {
        process.files.write("/proc/1/fd/1", "to the log\n");
        process.setDescriptor(1, process.open("/dev/null", "write"));
        await process.print("nowhere\n");
        process.files.append("/dev/stderr", "an error\n");
        return 0;
      },
    },
  );
  expect(await runToEnd(container)).toBe("0");
  expect(container.output).toEqual({ stdout: "to the log\n", stderr: "an error\n" });
});
