import { describe, expect, test } from "vitest";

import { shellMachine } from "../shell/shell-machine.ts";

async function run(script: string): Promise<string> {
  return (await shellMachine("busybox").run(["sh", "-c", script])).stdout;
}

test.each([
  ["timeout 1 sleep 5; echo $?", "124\n"],
  ["timeout -s KILL 1 sleep 5; echo $?", "137\n"],
  ["timeout 5 sh -c 'exit 3'; echo $?", "3\n"],
  ["sleep 50 & sleep 0.1; pidof sleep; env kill -9 $!; wait $!; echo $?", "3\n137\n"],
  ["sleep 50 & sleep 0.1; killall sleep; wait $!; echo $?", "143\n"],
  [
    "sleep 50 & sleep 0.1; pgrep -x sleep; pgrep -fl '^sleep 50'; pkill -TERM sleep; wait $!; echo $?",
    "3\n3 sleep\n143\n",
  ],
  ["nohup sleep 5 & sleep 0.1; kill -HUP $!; wait $!; echo $?", "0\n"],
  ["env kill -l 9; env kill -l TERM", "KILL\n15\n"],
  ["echo 'a \"b c\" d' | xargs -n1; printf '1\\n2\\n' | xargs -I{} echo n{}", "a\nb c\nd\nn1\nn2\n"],
  ["seq 4 | xargs -P 4 -n 1 sh -c 'sleep $0; echo $0'", "1\n2\n3\n4\n"],
  ["echo 1 | xargs sh -c 'exit 1'; echo $?; echo 1 | xargs sh -c 'exit 255'; echo $?", "123\n124\n"],
])("%s", async (script, stdout) => {
  expect(await run(script)).toBe(stdout);
});

test("tail -f shows what is added, and what replaces the file with -F", async () => {
  const script = `echo one >f; tail -F f & sleep 1.5; echo two >>f; sleep 1.5; echo new >g; mv g f; sleep 1.5; kill $!`;
  const { stdout, stderr } = await shellMachine("busybox").run(["sh", "-c", script]);
  expect(stdout).toBe("one\ntwo\nnew\n");
  expect(stderr).toBe("tail: f has been replaced; following end of new file\n");
});

test("ps tells more the more it is asked, as procps does", async () => {
  const { stdout } = await shellMachine("debian").run(["sh", "-c", "ps -ef; ps -elf"]);
  const lines = stdout.split("\n");
  const [header, first] = lines;
  const [longHeader, longFirst] = lines.slice(lines.findIndex((line) => line.startsWith("F S")));
  expect(header).toBe("UID          PID    PPID  C STIME TTY          TIME CMD");
  expect(first).toMatch(/^root {11}1 {7}0 {2}0 \d\d:\d\d \? {8}00:00:00 \/init$/u);
  expect(longHeader).toBe("F S UID          PID    PPID  C PRI  NI ADDR SZ WCHAN  STIME TTY          TIME CMD");
  expect(longFirst).toMatch(/^4 S root {11}1 {7}0 {2}0 {2}80 {3}0 - {2}1100 - {6}\d\d:\d\d \? /u);
});

test("watch runs its command every so often", async () => {
  const stdout = await run("watch -t -n 2 echo tick & sleep 5; kill $!");
  expect(stdout.match(/tick/gu)).toHaveLength(3);
});

describe("on a terminal", () => {
  test("top refreshes until q", async () => {
    const session = await shellMachine("busybox").open(["top", "-d", "1"]);
    expect(await session.type("")).toContain("  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND");
    expect(await session.type("")).toContain("/init");
    expect(session.exitCode()).toBeUndefined();
    await session.type("q");
    expect(session.exitCode()).toBe(0);
  });

  test("less shows a page at a time", async () => {
    const machine = shellMachine("busybox");
    machine.live.container.files.write(
      "/work/f",
      Array.from({ length: 60 }, (_, index) => `line ${index + 1}\n`).join(""),
    );
    const session = await machine.open(["less", "f"]);
    expect(await session.type("")).toMatch(/line 1\n[^]*line 23\n:$/u);
    expect(await session.type(" ")).toMatch(/line 24\n[^]*line 46\n:$/u);
    expect(await session.type("G")).toMatch(/line 38\n[^]*line 60\n/u);
    await session.type("q");
    expect(session.exitCode()).toBe(0);
  });

  test("stty knows the size, and ls has columns", async () => {
    const session = await shellMachine("busybox").open([
      "sh",
      "-c",
      "stty size; cd /; ls --color=never -d bin etc tmp; ls -d bin",
    ]);
    expect(await session.type("")).toBe("24 80\nbin  etc  tmp\n\u001B[1;34mbin\u001B[m\n");
  });
});
