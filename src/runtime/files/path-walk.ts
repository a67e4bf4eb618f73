import { SystemError, type SystemErrorCode } from "../process.ts";
import type { Caller, Inode, Symlink } from "./inode.ts";
import { type Mounted, type MountPoint, type MountTable, rootOf } from "./mount-table.ts";
import { mayAccess } from "./permissions.ts";

/** Where a path leads: an entry of a directory, whether there is something or not. */
export interface Step {
  /** The directory it is in; undefined at `/`. */
  readonly parent: Step | undefined;
  readonly name: string;
  readonly inode: Inode | undefined;
  readonly mounted: Mounted;
  /** What is mounted below. */
  readonly point: MountPoint | undefined;
}

const mostSymlinks = 40;
const longestName = 255;

/**
 * Follows a path through symlinks and mounts; the last component may be absent. `..` at the top stays there.
 * Throws ENOENT, ENOTDIR, ELOOP, EACCES, ENAMETOOLONG.
 */
export function walk(table: MountTable, path: string, caller: Caller, followLast: boolean): Step {
  const step = tryWalk(table, path, caller, followLast);
  if (typeof step === "string") throw new SystemError(step);
  return step;
}

/** As `walk`, but tells what is in the way: looking for what may not be there is frequent. */
export function tryWalk(table: MountTable, path: string, caller: Caller, followLast: boolean): Step | SystemErrorCode {
  if (path === "") return "ENOENT";
  const top = topOf(table);
  const rest = path.split("/").toReversed();
  let step = top;
  let symlinks = 0;
  for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
    if (name === "") {
      if (rest.length === 0 && step.inode && step.inode.kind !== "directory") return "ENOTDIR";
      continue;
    }
    const next = enter(step, name, caller);
    if (typeof next === "string") return next;
    const { inode } = next;
    if (inode?.kind !== "symlink" || !(followLast || rest.length > 0)) {
      step = next;
      continue;
    }
    if (++symlinks > mostSymlinks) return "ELOOP";
    const { leads } = inode;
    if (leads) {
      step = typeof leads === "function" ? topOf(leads(caller)) : { ...next, inode: leads };
      continue;
    }
    rest.push(...targetOf(inode));
    if (inode.target.startsWith("/")) step = top;
  }
  return step;
}

/** What is at an absolute path, found without the steps in between. Unsure where there are symlinks, dots or doubled slashes. */
export function glance({ top }: MountTable, path: string, caller: Caller): Inode | "nothing" | "unsure" {
  if (path === "") return "nothing";
  let point: MountPoint | undefined = top;
  let inode = top.mounted && rootOf(top.mounted);
  for (let start = 1; start <= path.length;) {
    const slash = path.indexOf("/", start);
    const end = slash < 0 ? path.length : slash;
    const name = path.slice(start, end);
    if (name === "" || name === "." || name === "..") return "unsure";
    if (inode?.kind !== "directory" || !mayAccess(caller, inode, "execute")) return "nothing";
    point = point?.below?.get(name);
    inode = point?.mounted ? rootOf(point.mounted) : inode.get(name, caller);
    if (inode?.kind === "symlink") return "unsure";
    start = end + 1;
  }
  return inode ?? "nothing";
}

/** Canonical, as getcwd(2) tells it. */
export function pathOf(step: Step): string {
  const names: string[] = [];
  for (let at: Step | undefined = step; at?.parent; at = at.parent) names.push(at.name);
  return `/${names.toReversed().join("/")}`;
}

function topOf({ top }: MountTable): Step {
  if (!top.mounted) throw new Error("nothing is mounted at /");
  return { parent: undefined, name: "", inode: rootOf(top.mounted), mounted: top.mounted, point: top };
}

function enter(step: Step, name: string, caller: Caller): Step | SystemErrorCode {
  const { inode } = step;
  if (!inode) return "ENOENT";
  if (inode.kind !== "directory") return "ENOTDIR";
  if (!mayAccess(caller, inode, "execute")) return "EACCES";
  if (name === ".") return step;
  if (name === "..") return step.parent ?? step;
  if (name.length > longestName) return "ENAMETOOLONG";
  const point = step.point?.below?.get(name);
  const mounted = point?.mounted;
  if (mounted) return { parent: step, name, inode: rootOf(mounted), mounted, point };
  return { parent: step, name, inode: inode.get(name, caller), mounted: step.mounted, point };
}

function targetOf({ target }: Symlink): string[] {
  return target.split("/").toReversed();
}
