import { describe, expect, test } from "vitest";

import { shellMachine } from "./shell-machine.ts";

const key = {
  up: "\x1b[A",
  left: "\x1b[D",
  home: "\x01",
  end: "\x05",
  interrupt: "\x03",
  endOfFile: "\x04",
  stop: "\x1a",
};

/** A transcript: keys, then what the terminal shows of them. */
type Transcript = readonly (readonly [keys: string, shown: string])[];

/** The same transcript as it really goes. */
async function replay(
  transcript: Transcript,
  base: "busybox" | "debian" = "busybox",
  shell = "sh",
): Promise<Transcript> {
  const session = await shellMachine(base).open([shell]);
  const seen: [string, string][] = [];
  for (const [keys] of transcript) seen.push([keys, await session.type(keys)]);
  return seen;
}

describe("a session in busybox's sh", () => {
  test("reads a secret without showing it, and single keys at once", async () => {
    const transcript: Transcript = [
      ["", "/work # "],
      ["read -s x\r", "read -s x\n"],
      ["secret\r", "/work # "],
      ["echo $x\r", "echo $x\nsecret\n/work # "],
      ["stty -echo; read y; stty echo; echo [$y]\r", "stty -echo; read y; stty echo; echo [$y]\n"],
      ["hidden\r", "[hidden]\n/work # "],
      ["read -n1 k\r", "read -n1 k\n"],
      ["q", "q/work # "],
      ["echo $k; stty -a | tail -1\r", "echo $k; stty -a | tail -1\nq\nicanon echo\n/work # "],
    ];
    expect(await replay(transcript)).toEqual(transcript);
  });

  test("less stays until q, and finds what is sought", async () => {
    const session = await shellMachine("busybox").open(["sh"]);
    await session.type("seq 100 >f; less f\r");
    await session.type("/");
    const found = await session.type("57\r");
    expect(found).toContain("\x1b[H\x1b[J57\n58\n");
    expect(await session.type("q")).toContain("/work # ");
  });

  test("prompts, echoes and remembers", async () => {
    const transcript: Transcript = [
      ["", "/work # "],
      ["x=1; echo $x\r", "x=1; echo $x\n1\n/work # "],
      ["cd /root\r", "cd /root\n~ # "],
      ["f() { echo f$1; }; f 2\r", "f() { echo f$1; }; f 2\nf2\n~ # "],
      ["echo $x $OLDPWD\r", "echo $x $OLDPWD\n1 /work\n~ # "],
      ["nosuch\r", "nosuch\nsh: nosuch: not found\n~ # "],
      ["echo $?\r", "echo $?\n127\n~ # "],
    ];
    expect(await replay(transcript)).toEqual(transcript);
  });

  test("asks for the rest of a command with PS2", async () => {
    const transcript: Transcript = [
      ["for i in 1 2\r", "/work # for i in 1 2\n> "],
      ["do echo $i; done\r", "do echo $i; done\n1\n2\n/work # "],
      ["echo 'a\r", "echo 'a\n> "],
      ["b'\r", "b'\na\nb\n/work # "],
      ["cat <<E\r", "cat <<E\n> "],
      ["x\rE\r", "x\n> E\nx\n/work # "],
      ["echo a \\\r", "echo a \\\n> "],
      ["b\r", "b\na b\n/work # "],
      ["if\r", "if\n> "],
      [key.interrupt, "^C\n/work # "],
    ];
    expect(await replay(transcript)).toEqual(transcript);
  });

  test("ends the foreground program on Ctrl-C and lives on", async () => {
    const transcript: Transcript = [
      ["sleep 100\r", "/work # sleep 100\n"],
      [key.interrupt, "^C\n/work # "],
      ["echo $?\r", "echo $?\n130\n/work # "],
      ["while true; do echo x; sleep 1; done\r", "while true; do echo x; sleep 1; done\nx\nx\n"],
      [key.interrupt, "^C\n/work # "],
      ["while :; do :; done\r", "while :; do :; done\n"],
      [key.interrupt, "^C\n/work # "],
      ["read x\r", "read x\n"],
      [key.interrupt, "^C\n/work # "],
      ["half a li", "half a li"],
      [key.interrupt, "^C\n/work # "],
    ];
    expect(await replay(transcript)).toEqual(transcript);
  });

  test("stops a program with Ctrl-Z and takes it up again", async () => {
    const transcript: Transcript = [
      ["sleep 50\r", "/work # sleep 50\n"],
      [key.stop, "^Z\n[1]+  Stopped                    sleep 50\n/work # "],
      ["bg\r", "bg\n[1] sleep 50\n/work # "],
      ["jobs\r", "jobs\n[1]+  Running                    sleep 50\n/work # "],
      ["kill %1\r", "kill %1\n[1]+  Terminated                 sleep 50\n/work # "],
      ["sleep 2 &\r", "sleep 2 &\n/work # "],
      ["fg\r", "fg\nsleep 2\n/work # "],
    ];
    expect(await replay(transcript)).toEqual(transcript);
  });

  test("ends with Ctrl-D or exit, and with its last status", async () => {
    const { open } = shellMachine("busybox");
    const first = await open(["sh"]);
    await first.type("trap 'echo bye' EXIT; false\r");
    expect(await first.type(key.endOfFile)).toBe("\nbye\n");
    expect(first.exitCode()).toBe(1);
    const second = await open(["sh"]);
    await second.type("exit 7\r");
    expect(second.exitCode()).toBe(7);
  });

  test("edits the line and recalls old ones", async () => {
    const { open } = shellMachine("busybox");
    const { type } = await open(["sh"]);
    const lastLine = async (keys: string): Promise<string | undefined> => (await type(`${keys}\r`)).split("\n").at(-2);
    expect(await lastLine(`cho one${key.home}e`)).toBe("one");
    expect(await lastLine(key.up)).toBe("one");
    expect(await lastLine("echo two")).toBe("two");
    expect(await lastLine(`${key.up}${key.up}${key.end}s`)).toBe("ones");
    expect(await lastLine(`echo ab${key.left}${key.left}\x7f x`)).toBe("xab");
    expect(await lastLine("echo one two\x17three")).toBe("one three");
    expect(await lastLine("junk\x15echo clean")).toBe("clean");
    expect(await lastLine("echo cut this\x1bb\x0b!\x19")).toBe("cut !this");
    expect(await lastLine("\x12two")).toBe("two");
    expect(await lastLine("echo grüße\x7f\x7f\x7f")).toBe("gr");
  });

  test("completes commands and paths with Tab and lists choices on the second", async () => {
    const transcript: Transcript = [
      ["printe\tHOME\r", "/work # printenv HOME\n/root\n/work # "],
      ["echo /etc/pas\t\r", "echo /etc/passwd \n/etc/passwd\n/work # "],
    ];
    expect(await replay(transcript)).toEqual(transcript);
    const session = await shellMachine("busybox").open(["sh"]);
    await session.type("mkdir one oneself\r");
    expect(await session.type("echo o\t")).toBe("echo one");
    expect(await session.type("\t\t")).toContain("\none/      oneself/\n");
  });

  test("wraps a line that is wider than the terminal", async () => {
    const long = "x".repeat(100);
    const { type } = await shellMachine("busybox").open(["sh"]);
    expect(await type(`echo ${long}\r`)).toContain(`\n${long}\n/work # `);
  });

  test("takes several pasted lines", async () => {
    const { type } = await shellMachine("busybox").open(["sh"]);
    expect(
      (await type("echo a\rread x\rtext\recho got $x\r")).split("\n").filter((line) => /^(?:a|got text)$/.test(line)),
    ).toEqual(["a", "got text"]);
  });
});

describe("sessions in debian's shells", () => {
  test("bash tells user, host and directory, and says exit", async () => {
    const transcript: Transcript = [
      ["", "root@web:/work# "],
      ["nosuch\r", "nosuch\nbash: nosuch: command not found\nroot@web:/work# "],
      ["sleep 9 &\r", "sleep 9 &\n[1] 3\nroot@web:/work# "],
      ["PS1='$PWD> '\r", "PS1='$PWD> '\n/work> "],
      [key.endOfFile, "exit\n"],
    ];
    expect(await replay(transcript, "debian", "bash")).toEqual(transcript);
  });

  test("dash has a plain prompt", async () => {
    const transcript: Transcript = [["nosuch\r", "# nosuch\nsh: 1: nosuch: not found\n# "]];
    expect(await replay(transcript, "debian")).toEqual(transcript);
  });
});
