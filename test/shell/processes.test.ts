import { describe, expect, test } from "vitest";

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
