import { expect, test } from "vitest";

import { shellMachine } from "../shell/shell-machine.ts";

const { raw } = String;

async function run(script: string): Promise<{ stdout: string; stderr: string; exitCode: number }> {
  return shellMachine("busybox").run(["sh", "-c", script]);
}

test.each([
  ["yes | head -1", "y\n"],
  ["yes >/dev/null & sleep 0.01; kill $!; echo ok", "ok\n"],
  ["cat /dev/zero >/dev/null & sleep 0.01; kill $!; echo ok", "ok\n"],
  ["seq 1000000000 >/dev/null & sleep 0.01; kill $!; echo ok", "ok\n"],
  ["awk 'BEGIN{while(1);}' & sleep 0.01; kill $!; echo ok", "ok\n"],
  ["yes | sed ':a;s/y/y/;ta' >/dev/null & sleep 0.01; kill $!; echo ok", "ok\n"],
  ["tr -dc a-z </dev/urandom | head -c 8 | wc -c", "8\n"],
])("%s stops nobody", async (script, stdout) => {
  expect((await run(script)).stdout).toBe(stdout);
});

const aaa = "x=$(awk 'BEGIN{for(i=0;i<20000;i++)s=s \"a\";print s}')";

test.each([
  [`${aaa}; echo "$x"b | grep -cE '^(a+)+$'`, "0\n"],
  [`${aaa}; echo "$x"b | grep -cE '^(a|aa)+$'`, "0\n"],
  [`${aaa}; echo "$x" | grep -c 'a*a*a*a*a*a*b'`, "0\n"],
  [raw`${aaa}; echo "$x" | sed 's/\(a*\)*b/x/' | wc -c`, "20001\n"],
  [`${aaa}; echo "$x" | awk '{print gsub(/(a|a)*b/,"")}'`, "0\n"],
])("a pattern that backtracks for ever takes no time: %s", async (script, stdout) => {
  expect((await run(script)).stdout).toBe(stdout);
});

test.each([
  ["cat /dev/zero | grep x", "grep: out of memory\n"],
  ["awk 'BEGIN{s=\"x\";while(1)s=s s}'", "awk: out of memory\n"],
  ["awk 'function f(n){return f(n+1)}BEGIN{f(0)}'", "awk: out of memory\n"],
  ["echo a | grep -E '((a{1,200}){1,200}){1,200}'", "grep: bad regex: Memory exhausted\n"],
  ["env printf '%2000000000d' 1", "printf: out of memory\n"],
])("%s ends by itself", async (script, stderr) => {
  expect((await run(script)).stderr).toBe(stderr);
});

test("a long line is found in a file of many", async () => {
  const { stdout } = await run("seq 20000 | grep -n 19999; seq 20000 | sort -rn | head -1; seq 20000 | wc -l");
  expect(stdout).toBe("19999:19999\n20000\n20000\n");
});
