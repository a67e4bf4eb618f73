import type { Process, User } from "../../runtime/process.ts";
import { accountNamed, accountOf, groupNamed, groupOf, groups as allGroups } from "../accounts.ts";
import { applet } from "../applet.ts";
import { Failure } from "../failure.ts";

export const id = applet({
  names: ["id"],
  usage: "[-ugGnr] [USER]",
  help: `
Print information about USER or the current user

	-u	User ID
	-g	Group ID
	-G	Supplementary group IDs
	-n	Print names instead of numbers
	-r	Print real ID instead of effective ID`,
  options: { short: "ugGnr", long: { user: "u", group: "g", groups: "G", name: "n", real: "r" } },
  directory: "/usr/bin",
  async run({ process, options, operands, out }) {
    const user = operands[0] === undefined ? process.user : named(process, operands[0]);
    const { files } = process;
    const groupName = (gid: number) => groupOf(files, gid)?.name;
    const show = (number: number, name: string | undefined) =>
      options.has("n") ? (name ?? String(number)) : String(number);
    const what = options.last("ugG");
    if (what === "u") await out.print(`${show(user.uid, accountOf(files, user.uid)?.name)}\n`);
    else if (what === "g") await out.print(`${show(user.gid, groupName(user.gid))}\n`);
    else if (what === "G")
      await out.print(
        `${groupsOf(user, process)
          .map((gid) => show(gid, groupName(gid)))
          .join(" ")}\n`,
      );
    else {
      const both = (number: number, name: string | undefined) => `${number}${name === undefined ? "" : `(${name})`}`;
      const groups = groupsOf(user, process).map((gid) => both(gid, groupName(gid)));
      const head = `uid=${both(user.uid, accountOf(files, user.uid)?.name)} gid=${both(user.gid, groupName(user.gid))}`;
      await out.print(`${head} groups=${groups.join(",")}\n`);
    }
  },
});

export const whoami = applet({
  names: ["whoami"],
  usage: "",
  help: "Print the user name associated with the current effective user id",
  options: "",
  directory: "/usr/bin",
  async run({ process, out }) {
    const account = accountOf(process.files, process.user.uid);
    if (account === undefined)
      throw new Failure({
        busybox: `unknown uid ${process.user.uid}`,
        gnu: `cannot find name for user ID ${process.user.uid}`,
      });
    await out.print(`${account.name}\n`);
  },
});

export const groups = applet({
  names: ["groups"],
  usage: "[USER]",
  help: "Print the groups USER is in",
  options: "",
  directory: "/usr/bin",
  async run({ process, operands, out }) {
    const user = operands[0] === undefined ? process.user : named(process, operands[0]);
    const names = groupsOf(user, process).map((gid) => groupOf(process.files, gid)?.name ?? String(gid));
    await out.print(`${names.join(" ")}\n`);
  },
});

/** Busybox tells them as the kernel does, in order; Debian's tells the first one first. */
function groupsOf({ gid, groups: all }: User, { container }: Process): readonly number[] {
  if (container.image.base !== "debian" && all.includes(gid)) return all;
  return [gid, ...all.filter((group) => group !== gid)];
}

function named({ files }: Process, name: string): User {
  const account = accountNamed(files, name) ?? (/^\d+$/u.test(name) ? accountOf(files, Number(name)) : undefined);
  if (account === undefined) throw new Failure({ busybox: `unknown user ${name}`, gnu: `'${name}': no such user` });
  const others = allGroups(files).filter((group) => group.members.includes(account.name));
  const own = groupOf(files, account.gid) ?? groupNamed(files, account.name);
  return { uid: account.uid, gid: own?.gid ?? account.gid, name: account.name, groups: others.map(({ gid }) => gid) };
}
