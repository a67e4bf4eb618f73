import type { HostPathVolumeSource } from "../../api/types.gen.ts";
import type { FileTree } from "../../runtime/files/file-tree.ts";
import type { FileInfo } from "../../runtime/filesystem.ts";
import { VolumeError, type VolumeKind } from "./volume.ts";

/** A file or directory of the simulated node. https://kubernetes.io/docs/concepts/storage/volumes/#hostpath */
export const hostPath: VolumeKind = {
  field: "hostPath",

  mount({ volume, context }) {
    const { path = "", type = "" } = volume.hostPath ?? {};
    const tree = context.volumes.host;
    checkHostPath(tree, { path, type });
    return { tree, path };
  },
};

/** Makes what may be made; throws VolumeError, for a persistent volume where it is one, when the type does not fit. */
export function checkHostPath({ files }: FileTree, source: HostPathVolumeSource, volumeName?: string): void {
  const { path, type = "" } = source;
  const where = volumeName === undefined ? {} : { volumeName };
  const isThere = files.exists(path);
  if (type === "FileOrCreate" && !isThere) {
    if (!files.exists(parentOf(path))) throw new VolumeError(`open ${path}: no such file or directory`, where);
    files.write(path, "", 0o644);
  }
  // Without a type it is the container runtime that makes the directory.
  if ((type === "DirectoryOrCreate" || type === "") && !isThere)
    files.makeDirectory(path, { recursive: true, mode: 0o755 });
  const wanted = kinds[type];
  if (!wanted) return;
  const kind = files.exists(path) ? files.stat(path).kind : undefined;
  if (kind !== wanted.kind) throw new VolumeError(`hostPath type check failed: ${path} is not a ${wanted.text}`, where);
}

/** The simulated node has no sockets on its disk. */
const kinds: Readonly<Record<string, { readonly kind?: FileInfo["kind"] | "none"; readonly text: string }>> = {
  Directory: { kind: "directory", text: "directory" },
  DirectoryOrCreate: { kind: "directory", text: "directory" },
  File: { kind: "file", text: "file" },
  FileOrCreate: { kind: "file", text: "file" },
  Socket: { kind: "none", text: "socket file" },
  CharDevice: { kind: "device", text: "character device" },
  BlockDevice: { kind: "disk", text: "block device" },
};

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
