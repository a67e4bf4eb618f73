import { isTurnDue } from "../../../regex/effort.ts";
import { applet, type Call } from "../../applet.ts";
import { Failure, reasonOf } from "../../failure.ts";
import type { Flavoured } from "../../flavour.ts";
import { joinPath } from "../../paths.ts";
import { type Found, parseFind } from "./expression.ts";

/** Its options are words, so it reads them itself. */
export const find = applet({
  names: ["find"],
  usage: "[-HL] [PATH]... [OPTIONS] [ACTIONS]",
  help: `
Search for files and perform actions on them.
First failed action stops processing of current file.
Defaults: PATH is current directory, action is '-print'

	-L,-follow	Follow symlinks
	-H		...on command line only
	-xdev		Don't descend directories on other filesystems
	-maxdepth N	Descend at most N levels. -maxdepth 0 applies
			actions to command line arguments only
	-mindepth N	Don't act on first N levels
	-depth		Act on directory *after* traversing it

Actions:
	( ACTIONS )	Group actions for -o / -a
	! ACT		Invert ACT's success/failure
	ACT1 [-a] ACT2	If ACT1 fails, stop, else do ACT2
	ACT1 -o ACT2	If ACT1 succeeds, stop, else do ACT2
	-name PATTERN, -iname, -path, -ipath, -regex, -type [f|d|l|c],
	-perm MASK, -mtime DAYS, -mmin MINS, -newer FILE, -inum N, -user NAME,
	-group NAME, -size N[bck], -links N, -empty, -true, -false
	-prune, -print, -print0, -printf FMT, -delete, -quit, -ls
	-exec CMD ARG ;, -exec CMD ARG +, -ok CMD ARG ;`,
  options: "",
  gnu: { usage: "[-H] [-L] [-P] [path...] [expression]", hint: () => "" },
  directory: "/usr/bin",
  rewrite: (args) => ["--", ...args],
  async run(call) {
    const leading = call.operands.findIndex((word) => word !== "-L" && word !== "-H" && word !== "-P");
    const flags = leading === -1 ? call.operands : call.operands.slice(0, leading);
    const words = call.operands.slice(flags.length);
    const first = words.findIndex((word) => /^(?:-.|[(!)]$)/u.test(word));
    const paths = first === -1 ? words : words.slice(0, first);
    const search = parseFind(call, first === -1 ? [] : words.slice(first));
    const walk: Walk = { call, search, follows: search.follows || flags.at(-1) === "-L", failed: false, visits: 0 };
    for (const path of paths.length === 0 ? ["."] : paths) {
      await visit(walk, path, 0);
      if (search.state.quits) break;
    }
    await search.finish();
    return walk.failed || search.state.failed ? 1 : 0;
  },
});

function unreadable(path: string, error: unknown): Flavoured<string> {
  const reason = reasonOf(error);
  return { busybox: `${path}: ${reason}`, gnu: `'${path}': ${reason}` };
}

interface Walk {
  readonly call: Call;
  readonly search: ReturnType<typeof parseFind>;
  readonly follows: boolean;
  failed: boolean;
  visits: number;
}

const visitsPerTurn = 200;

const deepest = 256;

async function visit(walk: Walk, path: string, depth: number): Promise<void> {
  const { call, search } = walk;
  if (depth > deepest) throw new Failure(`${path}: File name too long`);
  const found = await look(walk, path, depth);
  if (found === undefined) return;
  search.state.prunes = false;
  const acts = depth >= search.minDepth;
  if (acts && !search.depthFirst) await search.test(found);
  const descends = found.info.kind === "directory" && depth < search.maxDepth && !search.state.prunes;
  if (descends && !search.state.quits) await descend(walk, found);
  if (acts && search.depthFirst && !search.state.quits) await search.test(found);
  if (depth === 0 || ++walk.visits % visitsPerTurn === 0 || isTurnDue()) await call.process.pause();
}

async function look(walk: Walk, path: string, depth: number): Promise<Found | undefined> {
  const { files } = walk.call.process;
  const absolute = walk.call.process.resolve(path);
  try {
    const own = files.lstat(absolute);
    const info = walk.follows && own.kind === "symlink" && files.exists(absolute) ? files.stat(absolute) : own;
    return { path, absolute, info, depth };
  } catch (error) {
    await walk.call.complain(unreadable(path, error));
    walk.failed = true;
    return undefined;
  }
}

async function descend(walk: Walk, { path, absolute, depth }: Found): Promise<void> {
  if (walk.search.oneFileSystem && isMountPoint(walk, absolute) && depth > 0) return;
  const names = await listed(walk, path, absolute);
  for (const name of names) {
    await visit(walk, joinPath(path, name), depth + 1);
    if (walk.search.state.quits) return;
  }
}

function isMountPoint({ call: { process } }: Walk, absolute: string): boolean {
  const path = process.files.realPath(absolute);
  return process.files.space(path).mountPoint === path;
}

async function listed(walk: Walk, path: string, absolute: string): Promise<readonly string[]> {
  try {
    return walk.call.process.files.list(absolute);
  } catch (error) {
    await walk.call.complain(unreadable(path, error));
    walk.failed = true;
    return [];
  }
}
