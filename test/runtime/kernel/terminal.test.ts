import { expect, test } from "vitest";

import type { Program } from "../../../src/runtime/process.ts";
import { client, makeContainer, type TestContainer } from "../running-container.ts";

const sleeper: Program = async (process) => {
  await process.terminated;
  return 0;
};

const shout: Program = async (process) => {
  for await (const line of process.stdin.lines()) await process.print(`<${line}>\n`);
  await process.print("end\n");
  return 0;
};

function open(program: Program): { container: TestContainer; user: ReturnType<typeof client>; exit: Promise<number> } {
  const container = makeContainer(sleeper, { program });
  container.live.start();
  const user = client({ tty: true });
  const exit = container.live.exec(["program"], user.streams);
  return { container, user, exit };
}

test.each([
  ["a line is echoed and handed over", "hi\r", "hi\r\n<hi>\r\n"],
  ["backspace takes a whole character", "aé\u007fb\n", "aé\b \bb\r\n<ab>\r\n"],
  ["^U takes the line", "ab\u0015c\n", "ab\b \b\b \bc\r\n<c>\r\n"],
  ["^W takes a word", "ab cd\u0017e\n", "ab cd\b \b\b \be\r\n<ab e>\r\n"],
  ["^D ends the input", "ab\n\u0004", "ab\r\n<ab>\r\nend\r\n"],
  ["^D after text hands over what there is", "ab\u0004c\n", "abc\r\n<abc>\r\n"],
])("cooked: %s", async (_title, typed, shown) => {
  const { container, user } = open(shout);
  user.type(typed);
  await container.clock.settle();
  expect(user.seen.stdout).toBe(shown);
});

test("^C goes to the foreground group alone", async () => {
  const { container, user, exit } = open(async (process) => {
    const background = process.fork(sleeper, { group: "new" });
    const job = process.fork(
      async (forked) => {
        await forked.sleep(1_000_000);
        return 0;
      },
      { group: "new" },
    );
    if (process.terminal) process.terminal.foregroundGroup = job.pid;
    const code = await job.exit;
    await process.print(`${code} ${process.kill(background.pid, "SIGTERM")}\n`);
    return 0;
  });
  await container.clock.settle();
  user.type("\u0003");
  await container.clock.settle();
  expect(await exit).toBe(0);
  expect(user.seen.stdout).toBe("^C130 true\r\n");
});

test("raw: keys come as typed, without echo", async () => {
  const { container, user } = open(async (process) => {
    if (process.terminal) process.terminal.mode = "raw";
    for await (const bytes of process.stdin) await process.print(`[${[...bytes].join(" ")}]`);
    return 0;
  });
  await container.clock.settle();
  user.type("a\u0003\r");
  await container.clock.settle();
  expect(user.seen.stdout).toBe("[97 3 13]");
});

test("a new window size is SIGWINCH to the foreground", async () => {
  const container = makeContainer(sleeper, {
    program: async (process) => {
      const { terminal } = process;
      process.onSignal("SIGWINCH", () => void process.print(`${terminal?.width}x${terminal?.height}\n`));
      await process.terminated;
      return 0;
    },
  });
  container.live.start();
  const user = client({ tty: true });
  async function* sizes() {
    yield { width: 80, height: 24 };
    await new Promise<void>((resolve) => void container.clock.after(100, resolve));
    yield { width: 120, height: 40 };
  }
  void container.live.exec(["program"], { ...user.streams, sizes: sizes() });
  await container.clock.advance(200);
  expect(user.seen.stdout).toBe("120x40\r\n");
});

test("the shell's exit hangs up on what runs in the foreground", async () => {
  const { container, exit } = open(async (process) => {
    process.fork(async (forked) => {
      await forked.sleep(1_000_000);
      return 0;
    });
    return Promise.resolve(3);
  });
  await container.clock.settle();
  expect(await exit).toBe(3);
  expect(container.live.container.processes.size).toBe(1);
});

test("a container with a terminal is attached to as one", async () => {
  const container = makeContainer(shout, {}, { tty: true, stdin: true });
  container.live.start();
  const user = client({ tty: true });
  void container.live.attach(user.streams);
  user.type("x\r");
  await container.clock.settle();
  expect(user.seen.stdout).toBe("x\r\n<x>\r\n");
  expect(container.output.stdout).toBe("x\r\n<x>\r\n");
});
