import type { FileInfo } from "../../runtime/filesystem.ts";
import { accountNamed, accountOf, groupNamed, groupOf } from "../accounts.ts";
import { applet, type Call, UsageError } from "../applet.ts";
import { Failure } from "../failure.ts";
import { type Change, changeEach } from "./chmod.ts";

const shared = {
  short: "RhLHPcvf",
  long: { recursive: "R", "no-dereference": "h", verbose: "v", changes: "c" },
} as const;

export const chown = applet({
  names: ["chown"],
  usage: "[-RhLHPcvf]... USER[:[GRP]] FILE...",
  help: `
Change the owner and/or group of FILEs to USER and/or GRP

	-h	Affect symlinks instead of symlink targets
	-L	Traverse all symlinks to directories
	-H	Traverse symlinks on command line only
	-P	Don't traverse symlinks (default)
	-R	Recurse
	-c	List changed files
	-v	Verbose
	-f	Hide errors`,
  options: shared,
  async run(call) {
    const [owner, ...paths] = call.operands;
    if (owner === undefined) throw new UsageError();
    if (paths.length === 0) throw new UsageError({ busybox: "", gnu: `missing operand after '${owner}'` });
    const [, user = "", separator = "", group = ""] = /^([^:.]*)([:.]?)(.*)$/u.exec(owner) ?? [];
    const account = user === "" ? undefined : userOf(call, user, owner);
    const gid = group === "" ? (separator === "" ? undefined : account?.gid) : groupIdOf(call, group, owner);
    return changeOwner(call, paths, account?.uid, gid);
  },
});

export const chgrp = applet({
  names: ["chgrp"],
  usage: "[-RhLHPcvf]... GROUP FILE...",
  help: "Change the group membership of FILEs to GROUP\n\n\t-R\tRecurse",
  options: shared,
  async run(call) {
    const [group, ...paths] = call.operands;
    if (group === undefined) throw new UsageError();
    if (paths.length === 0) throw new UsageError({ busybox: "", gnu: `missing operand after '${group}'` });
    return changeOwner(call, paths, undefined, groupIdOf(call, group, group));
  },
});

function changeOwner(
  call: Call,
  paths: readonly string[],
  uid: number | undefined,
  gid: number | undefined,
): Promise<number> {
  const { files } = call.process;
  const change = (path: string, shown: string): Change => {
    const info = call.options.has("h") ? files.lstat(path) : files.stat(path);
    const [newUid, newGid] = [uid ?? info.uid, gid ?? info.gid];
    files.chown(path, newUid, newGid);
    const isChange = newUid !== info.uid || newGid !== info.gid;
    return { isChange, report: ownerReport(call, shown, [info, { uid: newUid, gid: newGid }]) };
  };
  return changeEach(call, paths, { recursive: call.options.has("R"), change });
}

type Owner = Pick<FileInfo, "uid" | "gid">;

function ownerReport(call: Call, path: string, [before, after]: readonly [Owner, Owner]): string {
  const { name, flavour, process } = call;
  if (flavour !== "gnu") return `changed ownership of '${path}' to ${after.uid}:${after.gid}`;
  const { files } = process;
  const groupName = ({ gid }: Owner) => groupOf(files, gid)?.name ?? String(gid);
  const userName = ({ uid }: Owner) => accountOf(files, uid)?.name ?? String(uid);
  const written = (owner: Owner) => {
    if (name === "chgrp") return groupName(owner);
    return /[:.]/u.test(call.operands[0] ?? "") ? `${userName(owner)}:${groupName(owner)}` : userName(owner);
  };
  const what = name === "chgrp" ? "group" : "ownership";
  const [old, now] = [written(before), written(after)];
  return old === now ? `${what} of '${path}' retained as ${now}` : `changed ${what} of '${path}' from ${old} to ${now}`;
}

function userOf({ process }: Call, name: string, given: string): { uid: number; gid: number } {
  const account = accountNamed(process.files, name);
  if (account) return account;
  if (!/^\d+$/u.test(name)) throw new Failure({ busybox: `unknown user ${name}`, gnu: `invalid user: '${given}'` });
  return { uid: Number(name), gid: Number(name) };
}

function groupIdOf({ process }: Call, name: string, given: string): number {
  const group = groupNamed(process.files, name);
  if (group) return group.gid;
  if (!/^\d+$/u.test(name)) throw new Failure({ busybox: `unknown group ${name}`, gnu: `invalid group: '${given}'` });
  return Number(name);
}
