import type { FileSystem } from "../../runtime/filesystem.ts";
import type { Files } from "./volume.ts";

const groupWrites = 0o660;
const groupEnters = 0o2110;

/**
 * Gives a volume's files to the pod's fsGroup, which new ones then inherit.
 * https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-the-security-context-for-a-pod
 */
export function giveToGroup({ tree, path = "/" }: Files, group: number): void {
  give(tree.files, path, group);
}

function give(files: FileSystem, path: string, group: number): void {
  const { kind, mode, uid } = files.lstat(path);
  if (kind === "symlink") return;
  files.chown(path, uid, group);
  files.chmod(path, mode | groupWrites | (kind === "directory" ? groupEnters : 0));
  if (kind !== "directory") return;
  for (const name of files.list(path)) give(files, `${path === "/" ? "" : path}/${name}`, group);
}
