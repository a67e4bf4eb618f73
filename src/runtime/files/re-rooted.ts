import { SystemError } from "../process.ts";
import type { Caller, Inode } from "./inode.ts";
import { type Mounted, MountTable, rootOf } from "./mount-table.ts";
import { pathOf, type Step, walk } from "./path-walk.ts";

/** What the kernel itself provides wherever a root has a place for it. */
const kernelMounts = ["/dev", "/proc", "/sys"];

/** Mounts as they are seen with a directory of theirs as `/`: chroot(2). Throws ENOENT, ENOTDIR, EACCES. */
export function reRooted(mounts: MountTable, path: string, caller: Caller): MountTable {
  const step = walk(mounts, path, caller, true);
  if (!step.inode) throw new SystemError("ENOENT");
  if (step.inode.kind !== "directory") throw new SystemError("ENOTDIR");
  const root = pathOf(step);
  if (root === "/") return mounts;
  const table = new MountTable([placed(step.mounted, "/", ownRoot(step))]);
  for (const name of kernelMounts) {
    const known = mounts.list.find((mounted) => mounted.path === name);
    if (known && step.inode.get(name.slice(1), caller)) table.add(placed(known, name, rootOf(known)));
  }
  for (const mounted of mounts.list) {
    if (mounted.path.startsWith(`${root}/`))
      table.add(placed(mounted, mounted.path.slice(root.length), rootOf(mounted)));
  }
  return table;
}

function placed({ source, readOnly, tree }: Mounted, path: string, root: Inode | undefined): Mounted {
  return { path, source, readOnly, tree, ...(root ? { root } : {}) };
}

/** As its tree may change it. */
function ownRoot(step: Step): Inode | undefined {
  const { tree, readOnly } = step.mounted;
  return tree && !readOnly ? tree.own(step) : step.inode;
}
