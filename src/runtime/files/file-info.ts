import type { FileInfo } from "../filesystem.ts";
import { encodeText } from "../text.ts";
import { type Inode, StoredDirectory } from "./inode.ts";

/** What stat(2) tells of an inode. */
export function infoOf(inode: Inode): FileInfo {
  const { mode, uid, gid, modifiedAt, number } = inode;
  return {
    kind: inode.kind === "device" ? inode.identity.kind : inode.kind,
    mode,
    uid,
    gid,
    size: sizeOf(inode),
    modifiedAt,
    links: linksOf(inode),
    inode: number,
    ...(inode.kind === "device" ? { device: inode.identity.numbers } : {}),
  };
}

function sizeOf(inode: Inode): number {
  if (inode.kind === "file") return inode.size;
  if (inode.kind === "symlink") return encodeText(inode.target).length;
  return inode.kind === "directory" ? 4096 : 0;
}

function linksOf(inode: Inode): number {
  if (inode.kind === "file") return inode.links;
  if (!(inode instanceof StoredDirectory)) return inode.kind === "directory" ? 2 : 1;
  let links = 2;
  for (const entry of inode.entries.values()) if (entry.kind === "directory") links++;
  return links;
}
