import { describe, expect, test } from "vitest";

import { shellTools } from "../../src/shell/index.ts";
import { client, makeContainer, runToEnd } from "../runtime/running-container.ts";
import { shellMachine } from "./shell-machine.ts";

const sh = (script: string): string[] => ["sh", "-c", script];

describe("a shell among processes", () => {
  test("becomes its last command", async () => {
    const { run } = shellMachine("busybox");
    const { stdout } = await run(sh("echo $$; exec ps"));
    const [pid] = stdout.split("\n");
    expect(stdout).toMatch(new RegExp(`^ *${pid} root .* ps$`, "m"));
    expect((await run(sh("ps"))).stdout).not.toContain("sh -c ps");
  });

  test("lets a writer end when its reader has gone", async () => {
    const { stdout, exitCode } = await shellMachine("busybox").run(sh("yes | head -n 2; seq 100000 | head -n 1"));
    expect({ stdout, exitCode }).toEqual({ stdout: "y\ny\n1\n", exitCode: 0 });
  });

  test("streams what a loop writes as it writes it", async () => {
    const { stdout } = await shellMachine("busybox").run(
      sh("{ echo a; sleep 1; echo b; } | while read x; do echo $x $SECONDS; done"),
    );
    expect(stdout).toBe("a 0\nb 1\n");
  });

  test("runs a trap while it waits for a background job", async () => {
    const script =
      "trap 'echo stopping; kill $pid; exit 0' TERM; sleep 100 & pid=$!; (sleep 1; kill $$) & wait $pid; echo no";
    const { stdout, exitCode } = await shellMachine("busybox").run(sh(script));
    expect({ stdout, exitCode }).toEqual({ stdout: "stopping\n", exitCode: 0 });
  });

  test("runs a trap only after the foreground command", async () => {
    const { stdout } = await shellMachine("busybox").run(
      sh("trap 'echo $SECONDS' USR1; (sleep 1; kill -USR1 $$) & sleep 3; echo end"),
    );
    expect(stdout).toBe("3\nend\n");
  });

  test("does not starve others in a busy loop", async () => {
    const script = "while :; do :; done & pid=$!; sleep 1; kill $pid; wait $pid; echo $?";
    const { stdout } = await shellMachine("busybox").run(sh(script));
    expect(stdout).toBe("143\n");
  });

  test("gives others their turn in a trap that sends its own signal", async () => {
    const { run, live } = shellMachine("busybox");
    void live.exec(sh("trap 'kill -USR1 $$' USR1; kill -USR1 $$"), client().streams);
    const { stdout } = await run(sh("sleep 1; echo alive; kill -9 $(pidof sh | tr ' ' '\\n' | grep -v $$)"));
    expect(stdout).toBe("alive\n");
  });

  test("knows what it and its children had of the processor", async () => {
    const { stdout } = await shellMachine("debian").run([
      "bash",
      "-c",
      "sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'; times >t; tail -n 1 t",
    ]);
    expect(stdout).toMatch(/^0m0\.0[1-9]\ds 0m0\.000s\n$/);
  });

  test.each([
    ["variables", 'eval "v$i=$i"'],
    ["functions", 'eval "f$i() { echo $i; }"'],
  ])("is killed when its %s grow beyond its container's memory", async (_what, step) => {
    const memoryLimit = 8 * 1024 * 1024;
    const limited = makeContainer(
      async (process) => process.spawn(sh(`i=0; while :; do ${step}; i=$((i+1)); done`)).then(({ exit }) => exit),
      {},
      { memoryLimit, tools: shellTools },
    );
    expect(await runToEnd(limited)).toBe("137OOMKilled");
  });

  test("reads no more of stdin than it needs", async () => {
    const { run } = shellMachine("busybox");
    expect((await run(["sh"], "read x\nhello\necho got $x\ncat\nrest\n")).stdout).toBe("got hello\nrest\n");
    expect((await run(["sh", "-s", "a"], "for i in 1 2\ndo echo $i $1\ndone\n")).stdout).toBe("1 a\n2 a\n");
    expect(await run(["sh"])).toEqual({ stdout: "", stderr: "", exitCode: 0 });
  });

  test("gives up a read in time", async () => {
    const { stdout } = await shellMachine("busybox").run(sh("sleep 9 | { read -t 2 x; echo $? $SECONDS; }"));
    expect(stdout).toBe("1 2\n");
  });

  test("runs a text file without an interpreter line itself", async () => {
    const { run } = shellMachine("busybox", { "/work/plain": "echo $0 $1 $#\n" });
    expect((await run(sh("./plain a; (exec ./plain b c)"))).stdout).toBe("./plain a 1\n./plain b 2\n");
  });

  test("calls functions as deep as scripts go", async () => {
    const script = "f() { [ $1 -eq 0 ] && { echo deep; return; }; f $(($1-1)); }; f 1000";
    expect((await shellMachine("busybox").run(sh(script))).stdout).toBe("deep\n");
  });
});
