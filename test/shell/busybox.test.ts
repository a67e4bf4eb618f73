import { readFileSync } from "node:fs";

import { beforeAll, describe, expect, test } from "vitest";

import { languageCorners } from "./language-corners.ts";
import { outcomesIn, whyNoShell } from "./reference-shell.ts";
import type { Outcome } from "./reference-shell.ts";
import { shellMachine } from "./shell-machine.ts";

/** Script, what it says on stderr, exit code. */
const complaints: readonly (readonly [script: string, stderr: string, exitCode: number])[] = [
  ["foo", "sh: foo: not found\n", 127],
  ["./foo", "sh: ./foo: not found\n", 127],
  ["/etc/passwd", "sh: /etc/passwd: Permission denied\n", 126],
  ["cat <nope", "sh: can't open nope: no such file\n", 1],
  ["echo >/nope/x", "sh: can't create /nope/x: nonexistent directory\n", 1],
  ["echo >&7", "sh: 7: Bad file descriptor\n", 1],
  ["set -u; echo $x", "sh: x: parameter not set\n", 2],
  ["set -u; echo $1", "sh: 1: parameter not set\n", 2],
  ["echo ${x?}", "sh: x: parameter not set\n", 2],
  ["echo ${x:?is missing}", "sh: x: is missing\n", 2],
  ["done", 'sh: syntax error: unexpected "done"\n', 2],
  ["if true; then echo; done", 'sh: syntax error: unexpected "done" (expecting "fi")\n', 2],
  ["for i in 1; do", 'sh: syntax error: unexpected end of file (expecting "done")\n', 2],
  ["while a; do b", 'sh: syntax error: unexpected end of file (expecting "done")\n', 2],
  ["echo 'a", "sh: syntax error: unterminated quoted string\n", 2],
  ["echo )", 'sh: syntax error: unexpected ")"\n', 2],
  ["cat <<<x", "sh: syntax error: unexpected redirection\n", 2],
  ["a=(1 2)", 'sh: syntax error: unexpected "("\n', 2],
  ["echo ${x^^}", "sh: syntax error: bad substitution\n", 2],
  ["echo $((1/0))", "sh: divide by zero\n", 2],
  ["echo $((1+))", "sh: arithmetic syntax error\n", 2],
  ["readonly r=1; r=2", "sh: r: is read only\n", 2],
  ["cd /nope", "sh: cd: line 0: can't cd to /nope: No such file or directory\n", 2],
  ["[ a -eq 1 ]", "sh: a: bad number\n", 2],
  ["[ a b ]", "sh: b: unknown operand\n", 2],
  ["printf %d x >/dev/null", "sh: invalid number 'x'\n", 1],
  ["kill -NOPE 1", "sh: bad signal name 'NOPE'\n", 1],
  ["alias nope", "alias: nope not found\n", 1],
  ["wait abc", "sh: wait: line 0: Illegal number: abc\n", 2],
  ["umask z", "sh: umask: line 0: illegal mode: z\n", 2],
  ["kill 4711", "sh: can't kill pid 4711: No such process\n", 1],
  ["export 1x=2", "sh: export: line 0: 1x: bad variable name\n", 2],
  ["shift x", "sh: shift: line 0: Illegal number: x\n", 2],
  ["sh -c 'kill -9 $$'; exit", "Killed\n", 137],
];

describe("busybox's sh", () => {
  test.each(complaints)("says of %s: %s", async (script, stderr, exitCode) => {
    expect(await shellMachine("busybox").run(["sh", "-c", script])).toEqual({ stdout: "", stderr, exitCode });
  });

  test("names the file and the line in a script", async () => {
    const { run } = shellMachine("busybox", { "/work/x.sh": "#!/bin/sh\necho a\nfoo\ncd /nope\n" });
    expect(await run(["sh", "./x.sh"])).toEqual({
      stdout: "a\n",
      stderr: "./x.sh: line 3: foo: not found\n./x.sh: cd: line 4: can't cd to /nope: No such file or directory\n",
      exitCode: 2,
    });
    expect(await run(["sh", "nope"])).toMatchObject({
      stderr: "sh: can't open 'nope': No such file or directory\n",
      exitCode: 127,
    });
  });

  test("knows more than POSIX", async () => {
    const script =
      "[[ a == a ]] && echo 1; function f { echo $1; }; f 2; v=xay; echo ${v/a/b} ${v:1:1}; set -o pipefail; " +
      "false | true || echo 3; { echo out; echo err >&2; } &>f; cat f; let x=2+2; echo $x; echo -e 'a\\tb' $'c\\td'";
    const { stdout } = await shellMachine("busybox").run(["sh", "-c", script]);
    expect(stdout).toBe("1\n2\nxby a\n3\nout\nerr\n4\na\tb c\td\n");
  });

  test("traces with -x, quoting what needs it", async () => {
    const { stderr } = await shellMachine("busybox").run([
      "sh",
      "-x",
      "-c",
      'x=\'a b\'; echo "$x" c | cat; [ -n "$x" ]',
    ]);
    expect(stderr.split("\n").toSorted()).toEqual(["", "+ '[' -n 'a b' ]", "+ cat", "+ echo 'a b' c", "+ x='a b'"]);
  });

  test("draws the same numbers from the same seed", async () => {
    const draw = async (): Promise<string> =>
      (await shellMachine("busybox").run(["sh", "-c", "echo $RANDOM $RANDOM"])).stdout;
    expect(await draw()).toBe(await draw());
  });
});

/** Busybox 1.35 divides by zero in what `||` leaves out; later ones do not. */
const brokenThere = "echo $((1 || 1/0)) $((0 && 1/0))";
const scripts = languageCorners.filter(({ script, difference }) => !difference && script !== brokenThere);
/** Where there is no busybox, what 1.35 answers. */
const record = new URL("busybox-outcomes.json", import.meta.url);

describe("busybox's sh answers as busybox does:", () => {
  let expected: ReadonlyMap<string, Outcome>;

  beforeAll(() => {
    expected = whyNoShell("busybox")
      ? new Map(JSON.parse(readFileSync(record, "utf8")) as [string, Outcome][])
      : outcomesIn({ program: "busybox", name: "sh" }, scripts);
  }, 60_000);

  test.each(scripts)("$script", async ({ script }) => {
    const { stdout, exitCode } = await shellMachine("busybox").run(["sh", "-c", script]);
    expect({ stdout, exitCode }).toEqual(expected.get(script));
  });
});
