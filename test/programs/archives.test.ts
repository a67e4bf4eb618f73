import { expect, test } from "vitest";

import { shellMachine } from "../shell/shell-machine.ts";

test("tar keeps modes, times and symlinks", async () => {
  const script = `mkdir d; echo 1 >d/f; chmod 600 d/f; touch -d 2001-02-03 d/f; ln -s /etc/passwd d/p; ln d/f d/g
    tar cf x.tar d; rm -r d; tar xf x.tar; stat -c '%a %y %h %n' d/f; readlink d/p; tar xf x.tar -O d/g`;
  const { stdout } = await shellMachine("alpine").run(["sh", "-c", script]);
  expect(stdout).toBe("600 2001-02-03 00:00:00.000000000 +0000 2 d/f\n/etc/passwd\n");
});

test("kubectl cp's two commands carry a tree of several megabytes", async () => {
  const script = `mkdir -p from/in to; head -c 5500000 /dev/zero >from/big; echo x >from/in/small
    (cd from && tar cf - .) | tar xmf - -C to; cmp from/big to/big && cat to/in/small; find to | sort`;
  const { stdout, stderr } = await shellMachine("alpine").run(["sh", "-c", script]);
  expect({ stdout, stderr }).toEqual({ stdout: "x\nto\nto/big\nto/in\nto/in/small\n", stderr: "" });
});

test("absolute names lose their slash, which is said", async () => {
  const { stdout, stderr } = await shellMachine("alpine").run([
    "sh",
    "-c",
    "tar cf - /etc/hosts /etc/passwd | tar tf -",
  ]);
  expect(stdout).toBe("etc/passwd\n");
  expect(stderr.split("\n")).toEqual([
    "tar: /etc/hosts: No such file or directory",
    "tar: removing leading '/' from member names",
    "tar: error exit delayed from previous errors",
    "",
  ]);
});

test("an archive can write nowhere but below its directory", async () => {
  const machine = shellMachine("alpine");
  const { files } = machine.live.container;
  files.write("/evil.tar", await evilArchive());
  const { stderr } = await machine.run(["sh", "-c", "mkdir in; tar xf /evil.tar -C in"]);
  expect(stderr).toBe(
    "tar: removing leading '../../' from member names\ntar: can't create 'link': Directory not empty\n",
  );
  expect(files.exists("/escaped")).toBe(false);
  expect(files.readText("/work/in/escaped")).toBe("out");
  expect(files.exists("/tmp/through")).toBe(false);
});

/** A name with `..`, and a file behind a symlink of the archive. */
async function evilArchive(): Promise<Uint8Array> {
  const { packTar } = await import("modern-tar");
  return packTar([
    { header: { name: "../../escaped", size: 3, type: "file" }, body: "out" },
    { header: { name: "link", size: 0, type: "symlink", linkname: "/tmp" } },
    { header: { name: "link/through", size: 3, type: "file" }, body: "out" },
  ]);
}

test("gzip replaces a file, and zcat reads it", async () => {
  const script = "seq 100000 >n; gzip n; ls; zcat n.gz | tail -1; gunzip n.gz; wc -l <n; echo x | gunzip; echo $?";
  const { stdout, stderr } = await shellMachine("alpine").run(["sh", "-c", script]);
  expect(stdout).toBe("n.gz\n100000\n100000\n1\n");
  expect(stderr).toBe("gunzip: invalid magic\n");
});
