import { expect, test } from "vitest";

import { FileTree } from "../../../src/runtime/files/file-tree.ts";
import type { ContainerOptions, Mount } from "../../../src/runtime/live-container.ts";
import type { Process } from "../../../src/runtime/process.ts";
import { VirtualClock } from "../../../src/sim/virtual-clock.ts";
import { makeContainer, runToEnd } from "../running-container.ts";

const clock = new VirtualClock();

/** What `use` returns, run as PID 1. */
async function inside<T>(use: (process: Process) => T, overrides: Partial<ContainerOptions> = {}): Promise<T> {
  const answers: T[] = [];
  const container = makeContainer(
    async (process) => {
      answers.push(use(process));
      return Promise.resolve(0);
    },
    {},
    { ...overrides, clock },
  );
  const ended = await runToEnd(container, 0);
  if (ended !== "0") throw new Error(`${ended} ${container.output.stderr}`);
  const [answer] = answers;
  if (answer === undefined) throw new Error("no answer");
  return answer;
}

function codeOf(use: () => unknown): unknown {
  try {
    return use();
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}

const someone = { uid: 1000, gid: 1000, name: "someone", groups: [2000] };

function volume(text: string): FileTree {
  const tree = new FileTree({ clock });
  tree.files.write("/key", text);
  tree.files.makeDirectory("/dir");
  tree.files.write("/dir/inner", "inner");
  return tree;
}

test("volumes are shared, and mounted through the image's symlinks", async () => {
  const tree = volume("one");
  const mounts: Mount[] = [{ path: "/var/run/secrets/sa", tree, readOnly: false }];
  const seen = await inside(
    ({ files }) => {
      files.write("/run/secrets/sa/key", "changed");
      return [
        files.realPath("/var/run/secrets/sa/key"),
        files.list("/run/secrets"),
        files.space("/run/secrets/sa/dir"),
      ];
    },
    { mounts },
  );
  expect(seen).toMatchObject(["/run/secrets/sa/key", ["sa"], { mountPoint: "/run/secrets/sa" }]);
  expect(tree.files.readText("/key")).toBe("changed");
});

test("a subPath is a file or a directory of the volume, and is made if it is not there", async () => {
  const tree = volume("key's");
  const mounts: Mount[] = [
    { path: "/etc/app/app.conf", tree, subPath: "key", readOnly: true },
    { path: "/data/deep/here", tree, subPath: "new/place", readOnly: false },
    { path: "/data", tree, subPath: "dir", readOnly: false },
  ];
  const seen = await inside(
    ({ files }) => {
      files.write("/data/deep/here/x", "x");
      return [files.readText("/etc/app/app.conf"), files.list("/etc/app"), files.list("/data")];
    },
    { mounts },
  );
  expect(seen).toEqual(["key's", ["app.conf"], ["deep", "inner"]]);
  expect(tree.files.readText("/new/place/x")).toBe("x");
});

test("a directory cannot be mounted on a file", () => {
  const mounts: Mount[] = [{ path: "/etc/passwd", tree: volume(""), subPath: "missing", readOnly: true }];
  const failure = makeContainer(async () => Promise.resolve(0), {}, { mounts, clock }).live.start();
  expect(failure).toMatch(
    /error mounting "\/missing" to rootfs at "\/etc\/passwd": not a directory: unknown: Are you/u,
  );
});

test("read-only mounts and roots refuse writes; mount points are busy; other mounts are other devices", async () => {
  const mounts: Mount[] = [
    { path: "/ro", tree: volume(""), readOnly: true },
    { path: "/rw", tree: volume(""), readOnly: false },
  ];
  const seen = await inside(
    ({ files }) => [
      codeOf(() => files.write("/ro/key", "x")),
      codeOf(() => files.remove("/ro/key")),
      codeOf(() => files.write("/tmp/x", "x")),
      codeOf(() => files.write("/dev/null", "x")),
      codeOf(() => files.write("/dev/shm/x", "x")),
      codeOf(() => files.remove("/rw", { recursive: true })),
      codeOf(() => files.rename("/rw/key", "/dev/shm/key")),
      files.can("/ro/key", "write"),
      files.can("/rw/key", "write"),
    ],
    { mounts, readOnlyRoot: true },
  );
  expect(seen).toEqual(["EROFS", "EROFS", "EROFS", undefined, undefined, "EBUSY", "EXDEV", false, true]);
});

test("others than root are held to modes, owners and the sticky bit", async () => {
  const tree = new FileTree({ clock, mode: 0o777 });
  tree.files.write("/group", "g", 0o640);
  tree.files.chown("/group", 0, 2000);
  tree.files.write("/secret", "s", 0o600);
  tree.files.makeDirectory("/sticky", { mode: 0o1777 });
  tree.files.write("/sticky/roots", "");
  const seen = await inside(
    ({ files }) => {
      files.write("/v/mine", "m");
      files.chmod("/v/mine", 0o4755);
      return [
        files.readText("/v/group"),
        codeOf(() => files.append("/v/group", "")),
        codeOf(() => files.read("/v/secret")),
        codeOf(() => files.remove("/v/sticky/roots")),
        codeOf(() => files.chmod("/v/secret", 0o777)),
        codeOf(() => files.chown("/v/mine", 0, 0)),
        codeOf(() => files.chown("/v/mine", 1000, 2000)),
        codeOf(() => files.write("/etc/x", "")),
        codeOf(() => files.list("/root")),
        files.stat("/v/mine"),
      ];
    },
    { user: someone, mounts: [{ path: "/v", tree, readOnly: false }] },
  );
  const denied = ["EACCES", "EACCES", "EPERM", "EPERM", "EPERM", undefined, "EACCES", "EACCES"];
  expect(seen).toMatchObject(["g", ...denied, { uid: 1000, gid: 2000, mode: 0o4755 }]);
});

test("new files get the mode that the umask leaves", async () => {
  const modes = await inside((process) => {
    const { files } = process;
    process.umask = 0o077;
    files.write("/tmp/file", "");
    files.makeDirectory("/tmp/directory");
    files.write("/tmp/exact", "", 0o666);
    return ["file", "directory", "exact"].map((name) => files.stat(`/tmp/${name}`).mode);
  });
  expect(modes).toEqual([0o600, 0o700, 0o666]);
});

test("/proc tells of processes and mounts", async () => {
  const seen = await inside(
    ({ files, pid }) => [
      files.readText("/proc/self/cmdline"),
      files.readText("/proc/1/environ"),
      files.readText("/proc/mounts").split("\n")[0],
      files.readLink("/proc/self"),
      files.list("/proc").includes(String(pid)),
      codeOf(() => files.write("/proc/x", "")),
      files.readText("/sys/fs/cgroup/memory.max"),
    ],
    { memoryLimit: 64 * 1024 * 1024, env: new Map([["A", "b"]]) },
  );
  expect(seen).toEqual([
    "/app\0",
    expect.stringContaining("A=b\0"),
    "overlay / overlay rw,relatime 0 0",
    "1",
    true,
    "EPERM",
    "67108864\n",
  ]);
});

test("devices: null, zero, full, random", async () => {
  const [, other] = [await inside(randomHex), await inside(randomHex, { id: "c2" })];
  expect(other).toHaveLength(16);
  const container = makeContainer(async (process) => {
    const zero = await process.open("/dev/zero", "read").read(3);
    await process.print(String(zero));
    process.setDescriptor(1, process.open("/dev/full", "write"));
    await process.print("x");
    return 0;
  });
  expect(await runToEnd(container)).toBe("1");
  expect(container.output).toEqual({ stdout: "0,0,0", stderr: "app: No space left on device\n" });
});

function randomHex({ files }: Process): string {
  return Buffer.from(files.read("/dev/urandom").subarray(0, 8)).toString("hex");
}

test.each([
  ["/dev/shm/big", "137OOMKilled"],
  ["/tmp/big", "0"],
])("what a container writes to %s is memory, or it is not", async (path, outcome) => {
  const container = makeContainer(
    async (process) => {
      for (let mib = 0; mib < 40; mib++) {
        process.files.append(path, new Uint8Array(1024 * 1024));
        await process.pause();
      }
      return 0;
    },
    {},
    { memoryLimit: 20 * 1024 * 1024 },
  );
  expect(await runToEnd(container)).toBe(outcome);
});
