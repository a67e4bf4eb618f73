import type { Space } from "../filesystem.ts";
import type { FileTree } from "./file-tree.ts";
import type { Caller, Inode } from "./inode.ts";

/** A file system at its place. */
export interface Mounted {
  readonly path: string;
  /** As /proc/mounts has it: `overlay`, `tmpfs`, `proc`, `/dev/vda1`. */
  readonly source: string;
  readonly readOnly: boolean;
  /** undefined: made up by the kernel. */
  readonly tree: FileTree | undefined;
  /** The file or directory of the tree that is mounted, where it is not the root. */
  readonly root?: Inode;
}

/** What is mounted at a path and below. */
export interface MountPoint {
  mounted: Mounted | undefined;
  below: Map<string, MountPoint> | undefined;
}

/** The mounts of a container, as a tree of path components. Paths are canonical in the container. */
export class MountTable {
  readonly top: MountPoint = { mounted: undefined, below: undefined };
  readonly list: Mounted[] = [];

  constructor(mounts: readonly Mounted[]) {
    for (const mounted of mounts) this.add(mounted);
  }

  /** Over what was there, as mount(2) does. */
  add(mounted: Mounted): void {
    let point = this.top;
    for (const name of mounted.path.split("/")) {
      if (name === "") continue;
      point.below ??= new Map();
      const next = point.below.get(name) ?? { mounted: undefined, below: undefined };
      point.below.set(name, next);
      point = next;
    }
    point.mounted = mounted;
    this.list.push(mounted);
  }
}

export function rootOf(mounted: Mounted): Inode | undefined {
  return mounted.root ?? mounted.tree?.root;
}

const overlayBytes = 100 * 1024 ** 3;

export function spaceOf({ tree, source, path }: Mounted): Space {
  const totalBytes = Math.min(tree?.sizeLimit ?? 0, overlayBytes);
  return { source, mountPoint: path, totalBytes, usedBytes: tree?.usedBytes ?? 0 };
}

/** A line of /proc/mounts and of mount(8). */
export function mountLine({ source, path, readOnly, tree }: Mounted): string {
  const limit =
    fileSystemType(source) === "tmpfs" && tree && Number.isFinite(tree.sizeLimit) ? tree.sizeLimit : undefined;
  const size = limit === undefined ? "" : `,size=${Math.ceil(limit / 1024)}k`;
  return `${source} ${path} ${fileSystemType(source)} ${readOnly ? "ro" : "rw"},relatime${size} 0 0\n`;
}

/** Disks have ext4; everything else is named after what it is. */
export function fileSystemType(source: string): string {
  if (source === "shm") return "tmpfs";
  return source.startsWith("/dev/") ? "ext4" : source;
}

/** The kubelet and the kernel itself. */
export const rootCaller: Caller = { user: { uid: 0, gid: 0, groups: [] }, umask: 0o022 };
