import { SystemError } from "../process.ts";
import type { Caller, Inode } from "./inode.ts";

export type Access = "read" | "write" | "execute";

const bits: Record<Access, number> = { read: 4, write: 2, execute: 1 };

/** As Linux decides: the owner's bits for the owner, else the group's, else the others'. Root may, but needs an x bit to run a file. */
export function mayAccess({ user }: Caller, inode: Inode, access: Access): boolean {
  if (user.uid === 0) return access !== "execute" || inode.kind === "directory" || (inode.mode & 0o111) !== 0;
  const isMember = user.gid === inode.gid || user.groups.includes(inode.gid);
  const group = isMember ? 3 : 0;
  const shift = user.uid === inode.uid ? 6 : group;
  return ((inode.mode >> shift) & bits[access]) !== 0;
}

/** Throws EACCES. */
export function checkAccess(caller: Caller, inode: Inode, access: Access): void {
  if (caller.user.uid !== 0 && !mayAccess(caller, inode, access)) throw new SystemError("EACCES");
}

/** Throws EPERM: only the owner and root change a mode, owner or time. */
export function checkOwner({ user }: Caller, inode: Inode): void {
  if (user.uid !== 0 && user.uid !== inode.uid) throw new SystemError("EPERM");
}

/** Adding, removing and renaming need write and search; a sticky directory (/tmp) protects others' files. */
export function checkEntryChange(caller: Caller, directory: Inode, entry: Inode | undefined): void {
  checkAccess(caller, directory, "write");
  checkAccess(caller, directory, "execute");
  const { uid } = caller.user;
  const isProtected = (directory.mode & 0o1000) !== 0 && uid !== 0 && uid !== directory.uid;
  if (entry && isProtected && uid !== entry.uid) throw new SystemError("EPERM");
}
