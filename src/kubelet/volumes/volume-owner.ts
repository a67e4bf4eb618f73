import type { Pod } from "../../api/types.gen.ts";
import type { FileSystem } from "../../runtime/filesystem.ts";
import type { Files } from "./volume.ts";

const groupReads = 0o440;
const groupWrites = 0o660;
const groupEnters = 0o2110;

/**
 * Gives a volume's files to the pod's fsGroup, which new ones then inherit.
 * https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-the-security-context-for-a-pod
 */
export function giveToGroup({ tree, path = "/", readOnly = false }: Files, group: number): void {
  give(tree.files, path, { group, added: readOnly ? groupReads : groupWrites });
}

function give(files: FileSystem, path: string, access: { readonly group: number; readonly added: number }): void {
  const { kind, mode, uid } = files.lstat(path);
  if (kind === "symlink") return;
  files.chown(path, uid, access.group);
  files.chmod(path, mode | access.added | (kind === "directory" ? groupEnters : 0));
  if (kind !== "directory") return;
  for (const name of files.list(path)) give(files, `${path === "/" ? "" : path}/${name}`, access);
}

/** The user that all containers of a pod are told to run as; undefined: there is no such one. */
export function commonUser({ spec }: Pod): number | undefined {
  const users = [...(spec.initContainers ?? []), ...spec.containers].map(
    ({ securityContext }) => securityContext?.runAsUser ?? spec.securityContext?.runAsUser,
  );
  return new Set(users).size === 1 ? users[0] : undefined;
}
