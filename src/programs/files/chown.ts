import { accountNamed, groupNamed } from "../accounts.ts";
import { applet, type Call, UsageError } from "../applet.ts";
import { Failure } from "../failure.ts";
import { changeEach } from "./chmod.ts";

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
	-R	Recurse`,
  options: shared,
  async run(call) {
    const [owner, ...paths] = call.operands;
    if (owner === undefined || paths.length === 0) throw new UsageError();
    const [, user = "", separator = "", group = ""] = /^([^:.]*)([:.]?)(.*)$/u.exec(owner) ?? [];
    const account = user === "" ? undefined : userOf(call, user);
    const gid = group === "" ? (separator === "" ? undefined : account?.gid) : groupIdOf(call, group);
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
    if (group === undefined || paths.length === 0) throw new UsageError();
    return changeOwner(call, paths, undefined, groupIdOf(call, group));
  },
});

function changeOwner(
  call: Call,
  paths: readonly string[],
  uid: number | undefined,
  gid: number | undefined,
): Promise<number> {
  const { files } = call.process;
  const change = (path: string) => {
    const info = files.stat(path);
    files.chown(path, uid ?? info.uid, gid ?? info.gid);
  };
  return changeEach(call, paths, { recursive: call.options.has("R"), change });
}

function userOf({ process }: Call, name: string): { uid: number; gid: number } {
  const account = accountNamed(process.files, name);
  if (account) return account;
  if (!/^\d+$/u.test(name)) throw new Failure(`unknown user ${name}`);
  return { uid: Number(name), gid: Number(name) };
}

function groupIdOf({ process }: Call, name: string): number {
  const group = groupNamed(process.files, name);
  if (group) return group.gid;
  if (!/^\d+$/u.test(name)) throw new Failure(`unknown group ${name}`);
  return Number(name);
}
