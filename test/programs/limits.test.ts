import { expect, test } from "vitest";

import { client } from "../runtime/running-container.ts";
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
  ["head -c 1000000000000 /dev/zero >/dev/null & sleep 0.01; kill $!; echo ok", "ok\n"],
  ["for i in $(seq 100); do yes >/dev/null & done; sleep 0.01; echo ok; kill $(pidof yes)", "ok\n"],
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
  ["env printf '%.2000000000d' 1", "printf: out of memory\n"],
  ["printf '%2000000000d' 1", "sh: printf: line 0: out of memory\n"],
  ["nl -w 500000000 /etc/passwd", "nl: out of memory\n"],
  ["printf '\\t\\n' | expand -t 1000000000", "expand: out of memory\n"],
  ["xxd -c 1000000000 /etc/passwd", "xxd: invalid number of columns (max. 256).\n"],
  ["date -d @99999999999999999", "date: invalid date '@99999999999999999'\n"],
  ["date -D %a%a%a%a%a%a%a%a -d aaaaaaaaaaaaaaaaaab", "date: invalid date 'aaaaaaaaaaaaaaaaaab'\n"],
  ["echo 'x=9^9999;x*x*x' | bc", "bc: out of memory\n"],
  ['set -- a; while :; do set -- "$@" "$@"; done', "sh: out of memory\n"],
  ["x=a; while :; do x=$x$x; done", "sh: out of memory\n"],
  ["x=$(head -c 200000 /dev/zero | tr '\\0' a); env echo $x", "sh: env: Argument list too long\n"],
  ["f() { f; }; f", "sh: f: maximum function nesting level exceeded (4000)\n"],
  ["echo /*/*/*/../*/*/../*/../*/../*/*", "sh: out of memory\n"],
  ["cd /tmp; ln -s a b; ln -s b a; cat a", "cat: can't open 'a': Too many levels of symbolic links\n"],
])("%s ends by itself", async (script, stderr) => {
  expect((await run(script)).stderr).toBe(stderr);
});

test.each([
  [
    "echo {1..1000000000} {a,b}{a,b}",
    "bash: line 1: brace expansion: failed to allocate memory for 1000000000 elements\n",
  ],
  ["x=$(head -c 30000 /dev/zero | tr '\\0' a); [[ $x =~ ^(a+)+b ]]; [[ $x == *a*a*a*a*a*b ]]", ""],
  ["x=$(head -c 5000 /dev/zero | tr '\\0' a); echo ${x//*a*a*a*b/} >/dev/null", ""],
  [
    "shopt -s extglob\nx=$(head -c 5000 /dev/zero | tr '\\0' a); [[ $x == +(+(a|aa)|a)b ]]",
    "bash: line 2: out of memory\n",
  ],
])("bash: %s ends by itself", async (script, stderr) => {
  expect((await shellMachine("debian").run(["bash", "-c", script])).stderr).toBe(stderr);
});

test("a fork bomb meets the limit of processes, and another shell still works", async () => {
  const machine = shellMachine("busybox");
  void machine.live.exec(["sh", "-c", ":(){ :|:& };:"], client().streams);
  expect((await machine.run(["sh", "-c", "echo alive"])).stdout).toBe("alive\n");
  await machine.live.stop(0);
});

test("a gigabyte finds no room on the container's disk, and what was written stays", async () => {
  expect(await run("dd if=/dev/zero of=/big bs=1M count=1024; stat -c %s /big; rm /big; echo more >/big")).toEqual({
    stdout: "536870912\n",
    stderr: "dd: error writing '/big': No space left on device\n513+0 records in\n512+0 records out\n",
    exitCode: 0,
  });
});

test("a long line is found in a file of many", async () => {
  const { stdout } = await run("seq 20000 | grep -n 19999; seq 20000 | sort -rn | head -1; seq 20000 | wc -l");
  expect(stdout).toBe("19999:19999\n20000\n20000\n");
});
