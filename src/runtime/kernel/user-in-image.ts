import type { FileSystem } from "../filesystem.ts";
import type { RequestedUser, User } from "../process.ts";

/**
 * A user with all of its groups in order: its first, those the pod gives it, and those it has in the image.
 * https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#supplementalgroupspolicy
 */
export function userInImage(user: RequestedUser, files: FileSystem): User {
  const [name, , , gidOfAccount = "0"] =
    linesOf("/etc/passwd", files).find(([, , uid]) => uid === String(user.uid)) ?? [];
  const gid = user.gid ?? Number(gidOfAccount);
  const ofImage = linesOf("/etc/group", files)
    .filter(([, , , members = ""]) => name !== undefined && members.split(",").includes(name))
    .map(([, , number]) => Number(number));
  const groups = new Set([gid, ...user.groups, ...ofImage]);
  return { ...user, gid, groups: [...groups].toSorted((a, b) => a - b) };
}

function linesOf(path: string, files: FileSystem): string[][] {
  const text = files.exists(path) ? files.readText(path) : "";
  return text.split("\n").map((line) => line.split(":"));
}
