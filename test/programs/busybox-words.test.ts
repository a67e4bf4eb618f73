import { describe, expect, test } from "vitest";

import { shellMachine } from "../shell/shell-machine.ts";

/** A command line, what it prints to both, and its exit code. */
type Row = readonly [script: string, stdout: string, stderr: string, exitCode?: number];

const complaints: readonly Row[] = [
  ["cat x", "", "cat: can't open 'x': No such file or directory\n", 1],
  ["cat /etc", "", "cat: read error: Is a directory\n", 1],
  ["ls x", "", "ls: x: No such file or directory\n", 1],
  ["grep a x", "", "grep: x: No such file or directory\n", 2],
  ["grep '[' f", "", "grep: bad regex '[': Unmatched [, [^, [:, [., or [=\n", 2],
  ["rm x", "", "rm: can't remove 'x': No such file or directory\n", 1],
  ["rm d", "", "rm: 'd' is a directory\n", 1],
  ["rmdir d", "", "rmdir: 'd': Directory not empty\n", 1],
  ["mkdir d", "", "mkdir: can't create directory 'd': File exists\n", 1],
  ["cp x y", "", "cp: can't stat 'x': No such file or directory\n", 1],
  ["cp d y", "", "cp: omitting directory 'd'\n", 1],
  ["mv x y", "", "mv: can't rename 'x': No such file or directory\n", 1],
  ["touch no/x", "", "touch: no/x: No such file or directory\n", 1],
  ["head x", "", "head: x: No such file or directory\n", 1],
  ["head -n x f", "", "head: invalid number 'x'\n", 1],
  ["sleep x", "", "sleep: invalid number 'x'\n", 1],
  ["sed k f", "", "sed: unsupported command k\n", 1],
  ["awk '{'", "", "awk: cmd. line:1: Unexpected end of string\n", 1],
  ["awk 'BEGIN{print 1/0}'", "", "awk: cmd. line:1: Division by zero\n", 2],
  ["chmod zz f", "", "chmod: invalid mode 'zz'\n", 1],
  ["chown nobody9 f", "", "chown: unknown user nobody9\n", 1],
  ["find x", "", "find: x: No such file or directory\n", 1],
  ["tar xf x", "", "tar: can't open 'x': No such file or directory\n", 1],
  ["gunzip f", "", "gunzip: f: unknown suffix - ignored\n", 1],
  ["date -d nonsense", "", "date: invalid date 'nonsense'\n", 1],
  ["date -s 12:00", "", "date: can't set date: Operation not permitted\n", 1],
  ["mount /dev/sda /mnt", "", "mount: mounting /dev/sda on /mnt failed: Operation not permitted\n", 255],
  ["umount /tmp", "", "umount: can't unmount /tmp: Operation not permitted\n", 1],
  ["env nosuch", "", "env: can't execute 'nosuch': No such file or directory\n", 127],
  ["echo a | xargs nosuch", "", "xargs: nosuch: No such file or directory\n", 127],
  ["env kill 99999", "", "kill: can't kill pid 99999: No such process\n", 1],
  ["killall nosuch", "", "killall: nosuch: no process killed\n", 1],
  ["cat f >/dev/full", "", "cat: write error: No space left on device\n", 1],
  ["hostname new", "", "hostname: sethostname: Operation not permitted\n", 1],
  ["stty size", "", "stty: standard input: Not a tty\n", 1],
  ["truncate -s 99999G f", "", "truncate: f: File too large\n", 1],
];

const reports: readonly Row[] = [
  ["wc f", "        2         3         6 f\n", ""],
  ["wc -l <f", "2\n", ""],
  ["ls -l f", "-rw-r--r--    1 root     root             6 Dec 31 03:04 f\n", ""],
  ["touch -d 2001-02-03 f; ls -l f", "-rw-r--r--    1 root     root             6 Feb  3  2001 f\n", ""],
  ["ls -ld d; ls -F", "drwxr-xr-x    2 root     root          4096 Dec 31 03:04 d\nd/\nf\n", ""],
  ["ls -lh f", "-rw-r--r--    1 root     root           6 Dec 31 03:04 f\n", ""],
  [
    "ls -l",
    "total 8\ndrwxr-xr-x    2 root     root          4096 Dec 31 03:04 d\n-rw-r--r--    1 root     root             6 Dec 31 03:04 f\n",
    "",
  ],
  ["ls -R", ".:\nd\nf\n\n./d:\nin\n", ""],
  ["stat -c '%a %s %U:%G %F' f", "644 6 root:root regular file\n", ""],
  ["du -s d; du -h f", "8\td\n4.0K\tf\n", ""],
  ["df -h / | head -1", "Filesystem                Size      Used Available Use% Mounted on\n", ""],
  ["free -m | head -1", "              total        used        free      shared  buff/cache   available\n", ""],
  ["head f d/in", "==> f <==\na b\nc\n\n==> d/in <==\nx\n", ""],
  [
    "hostname; hostname -i; whoami; id",
    "web\n10.244.0.5\nroot\nuid=0(root) gid=0(root) groups=0(root),10(wheel)\n",
    "",
  ],
  ["which cat nosuch", "/bin/cat\n", "", 1],
  ["uname; uname -n -m", "Linux\nweb x86_64\n", ""],
  ["nproc; tty", "4\nnot a tty\n", "", 1],
  ["diff f d/in", "--- f\n+++ d/in\n@@ -1,2 +1 @@\n-a b\n-c\n+x\n", "", 1],
  ["cal 2 2025 | head -3", "   February 2025    \nSu Mo Tu We Th Fr Sa\n                   1\n", ""],
  [
    "echo ABC | xxd; echo ABC | hexdump -C",
    "00000000: 4142 430a                                ABC.\n00000000  41 42 43 0a                                       |ABC.|\n00000004\n",
    "",
  ],
  ["time sleep 2", "", "real\t0m 2.00s\nuser\t0m 0.00s\nsys\t0m 0.00s\n"],
  ["dd if=/dev/zero of=z bs=1024 count=2 status=noxfer", "", "2+0 records in\n2+0 records out\n"],
  ["seq 3 | shuf -n 9 | sort", "1\n2\n3\n", ""],
  ["mktemp /tmp/aXXXXXX | wc -c", "13\n", ""],
];

describe("busybox's words:", () => {
  const rows = [...complaints, ...reports].map(([script, stdout, stderr, exitCode = 0]) => {
    return { script, expected: { stdout, stderr, exitCode } };
  });

  test.each(rows)("$script", async ({ script, expected }) => {
    const machine = shellMachine("busybox", {});
    const { files } = machine.live.container;
    files.makeDirectory("/work/d");
    files.write("/work/f", "a b\nc\n");
    files.write("/work/d/in", "x\n");
    for (const path of ["/work/f", "/work/d/in", "/work/d"]) files.setTimes(path, Date.UTC(2024, 11, 31, 3, 4));
    expect(await machine.run(["sh", "-c", script])).toEqual(expected);
  });

  test("an unknown option gets the usage", async () => {
    const { stderr, exitCode } = await shellMachine("busybox").run(["ls", "-z"]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^ls: invalid option -- 'z'\nBusyBox v1\.36\.1 .* multi-call binary\.\n\nUsage: ls \[-1Aa/u);
  });

  test("find shows its usage for a word that it does not know", async () => {
    const { stderr, exitCode } = await shellMachine("busybox").run(["find", ".", "-foo"]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^find: unrecognized: -foo\nBusyBox v1.* multi-call binary\.\n\nUsage: find /u);
  });

  test("alpine's C library words wrong options in its own way", async () => {
    const { stderr } = await shellMachine("alpine").run(["ls", "-z"]);
    expect(stderr).toMatch(/^ls: unrecognized option: z\n/u);
  });

  test("ps has busybox's columns", async () => {
    const { stdout } = await shellMachine("busybox").run(["sh", "-c", "sleep 9 & sleep 1; ps; kill $!"]);
    expect(stdout).toBe(
      "PID   USER     TIME  COMMAND\n    1 root      0:00 /init\n    2 root      0:00 sh -c sleep 9 & sleep 1; ps; kill $!\n" +
        "    3 root      0:00 sleep 9\n    5 root      0:00 ps\n",
    );
  });
});
