import type { FileSystem } from "../runtime/filesystem.ts";

/** A line of /etc/passwd. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** A line of /etc/group. */
export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

function accounts(files: FileSystem): readonly Account[] {
  return rows(files, "/etc/passwd").map(([name = "", , uid, gid, , home = "/", shell = "/bin/sh"]) => {
    return { name, uid: Number(uid), gid: Number(gid), home, shell };
  });
}

export function groups(files: FileSystem): readonly Group[] {
  return rows(files, "/etc/group").map(([name = "", , gid, members = ""]) => {
    return { name, gid: Number(gid), members: members.split(",").filter((member) => member !== "") };
  });
}

/** Undefined for a number that has no account, as `runAsUser: 1000` often has none. */
export function accountOf(files: FileSystem, uid: number): Account | undefined {
  return accounts(files).find((account) => account.uid === uid) ?? (uid === 0 ? root : undefined);
}

export function accountNamed(files: FileSystem, name: string): Account | undefined {
  return accounts(files).find((account) => account.name === name) ?? (name === "root" ? root : undefined);
}

export function groupOf(files: FileSystem, gid: number): Group | undefined {
  return groups(files).find((group) => group.gid === gid) ?? (gid === 0 ? rootGroup : undefined);
}

export function groupNamed(files: FileSystem, name: string): Group | undefined {
  return groups(files).find((group) => group.name === name) ?? (name === "root" ? rootGroup : undefined);
}

const root: Account = { name: "root", uid: 0, gid: 0, home: "/root", shell: "/bin/sh" };
const rootGroup: Group = { name: "root", gid: 0, members: [] };

function rows(files: FileSystem, path: string): string[][] {
  if (!files.exists(path)) return [];
  return files
    .readText(path)
    .split("\n")
    .filter((line) => line.includes(":"))
    .map((line) => line.split(":"));
}
