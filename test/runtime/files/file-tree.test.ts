import { beforeEach, expect, test } from "vitest";

import { FileTree } from "../../../src/runtime/files/file-tree.ts";
import type { FileSystem } from "../../../src/runtime/filesystem.ts";
import { VirtualClock } from "../../../src/sim/virtual-clock.ts";

const clock = new VirtualClock();
let tree: FileTree;
let files: FileSystem;

beforeEach(() => {
  tree = new FileTree({ clock });
  ({ files } = tree);
  files.makeDirectory("/a/b", { recursive: true });
  files.write("/a/b/file", "hello");
  files.symlink("b/file", "/a/link");
  files.symlink("../../../../a", "/a/up");
  files.symlink("/loop", "/loop");
});

test("symlinks are followed, and `..` stays inside", () => {
  expect(files.readText("/a/up/up/link")).toBe("hello");
  expect(files.realPath("/../../a/up/../a/./link")).toBe("/a/b/file");
  expect(files.lstat("/a/link")).toMatchObject({ kind: "symlink", size: 6 });
  expect(files.stat("/a/link")).toMatchObject({ kind: "file", size: 5, mode: 0o644 });
});

test.each<[string, (on: FileSystem) => unknown, string]>([
  ["a missing file", (on) => on.read("/a/none"), "ENOENT"],
  ["a path through a file", (on) => on.read("/a/b/file/x"), "ENOTDIR"],
  ["a file with a slash after it", (on) => on.read("/a/b/file/"), "ENOTDIR"],
  ["reading a directory", (on) => on.read("/a"), "EISDIR"],
  ["writing a directory", (on) => on.write("/a", ""), "EISDIR"],
  ["writing into no directory", (on) => on.write("/none/x", ""), "ENOENT"],
  ["listing a file", (on) => on.list("/a/b/file"), "ENOTDIR"],
  ["a loop of links", (on) => on.read("/loop"), "ELOOP"],
  ["a directory that is there", (on) => on.makeDirectory("/a"), "EEXIST"],
  ["removing a full directory", (on) => on.remove("/a"), "ENOTEMPTY"],
  ["removing the root", (on) => on.remove("/", { recursive: true }), "EBUSY"],
  ["moving a directory into itself", (on) => on.rename("/a", "/a/b/c"), "EINVAL"],
  ["moving a file over a directory", (on) => on.rename("/a/b/file", "/a/b"), "EISDIR"],
  ["moving a directory over a file", (on) => on.rename("/a/b", "/a/link"), "ENOTDIR"],
  ["linking a directory", (on) => on.link("/a", "/c"), "EPERM"],
  ["reading a link that is none", (on) => on.readLink("/a"), "EINVAL"],
  ["a name that is too long", (on) => on.write(`/${"x".repeat(256)}`, ""), "ENAMETOOLONG"],
])("%s fails", (_title, use, code) => {
  expect(() => use(files)).toThrow(expect.objectContaining({ code }));
});

test("writing keeps mode and hard links; time moves on", async () => {
  files.link("/a/b/file", "/same");
  files.chmod("/same", 0o600);
  await clock.advance(1000);
  files.write("/same", "new");
  files.append("/a/b/file", "er");
  expect(files.readText("/same")).toBe("newer");
  expect(files.stat("/a/b/file")).toMatchObject({ mode: 0o600, links: 2, modifiedAt: clock.now() });
  files.remove("/a/b/file");
  expect(files.stat("/same").links).toBe(1);
});

test("renaming replaces at once, as an atomic writer needs", () => {
  files.makeDirectory("/..1");
  files.makeDirectory("/..2");
  files.write("/..2/key", "two");
  files.symlink("..1", "/..data");
  files.symlink("..2", "/..data_tmp");
  files.rename("/..data_tmp", "/..data");
  expect(files.readLink("/..data")).toBe("..2");
  expect(files.readText("/..data/key")).toBe("two");
  expect(files.list("/")).toEqual(["..1", "..2", "..data", "a", "loop"]);
});

test("a size limit is ENOSPC, and removed files free their bytes", () => {
  const small = new FileTree({ clock, sizeLimit: 10 });
  small.files.write("/one", "123456");
  small.files.link("/one", "/same");
  expect(() => small.files.write("/two", "12345")).toThrow("No space left on device");
  small.files.remove("/one");
  expect(small.usedBytes).toBe(6);
  small.files.remove("/same");
  small.files.write("/two", "12345");
  small.files.write("/two", "1");
  expect(small.usedBytes).toBe(1);
});

test("trees over a lower one share it, and change only their own", () => {
  tree.addProgram("/bin/tool", () => Promise.resolve(0));
  const [one, two] = [new FileTree({ clock, lower: tree }), new FileTree({ clock, lower: tree })];
  one.files.append("/a/b/file", " one");
  one.files.remove("/bin", { recursive: true });
  one.files.rename("/a/b", "/c");
  one.files.write("/c/more", "x");
  expect(one.files.readText("/c/file")).toBe("hello one");
  expect(one.files.list("/")).toEqual(["a", "c", "loop"]);
  expect(two.files.readText("/a/link")).toBe("hello");
  expect(two.files.exists("/bin/tool")).toBe(true);
  expect(two.usedBytes).toBe(0);
  expect(one.usedBytes).toBe("hello one".length + 1);
  expect(() => tree.files.write("/a/b/file", "")).toThrow("Read-only file system");
});
