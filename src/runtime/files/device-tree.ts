import type { Clock } from "../../sim/clock.ts";
import { FileTree } from "./file-tree.ts";
import { Device } from "./inode.ts";
import { rootCaller } from "./mount-table.ts";
import { standardDevices } from "./standard-devices.ts";

const links: Readonly<Record<string, string>> = {
  fd: "/proc/self/fd",
  stdin: "/proc/self/fd/0",
  stdout: "/proc/self/fd/1",
  stderr: "/proc/self/fd/2",
};

/** What every container has in /dev. */
export function deviceTree(clock: Clock): FileTree {
  const tree = new FileTree({ clock });
  const { view } = tree;
  addDevices(tree, "");
  for (const [name, target] of Object.entries(links)) view.symlink(target, `/${name}`);
  for (const name of ["pts", "shm", "mqueue"]) view.makeDirectory(`/${name}`);
  return tree;
}

/** Those that are no links, in a directory of a tree. */
export function addDevices(tree: FileTree, directory: string): void {
  for (const [name, { numbers, open }] of Object.entries(standardDevices)) {
    const attributes = tree.attributes(0o666, rootCaller.user);
    tree.view.place(`${directory}/${name}`, new Device(attributes, open, { kind: "device", numbers }));
  }
}
