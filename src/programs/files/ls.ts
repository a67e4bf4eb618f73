import type { FileInfo } from "../../runtime/filesystem.ts";
import { applet, type Call } from "../applet.ts";
import { reasonOf } from "../failure.ts";
import { inFlavour } from "../flavour.ts";
import { roundedUpSize } from "../numbers.ts";
import { blocksOf, type Entry } from "./entry.ts";
import { listing } from "./listing.ts";

export const ls = applet({
  names: ["ls"],
  usage: "[-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...",
  help: `
List directory contents

	-1	One column output
	-a	Include names starting with .
	-A	Like -a, but exclude . and ..
	-x	List by lines
	-d	List directory names, not contents
	-L	Follow symlinks
	-H	Follow symlinks on command line
	-R	Recurse
	-p	Append / to directory names
	-F	Append indicator (one of */=@|) to names
	-l	Long format
	-i	List inode numbers
	-n	List numeric UIDs and GIDs instead of names
	-s	List allocated blocks
	-lc	List ctime
	-lu	List atime
	--full-time	List full date/time
	-h	Human readable sizes (1K 243M 2G)
	--group-directories-first
	-S	Sort by size
	-X	Sort by extension
	-v	Sort by version
	-t	Sort by mtime
	-tc	Sort by ctime
	-tu	Sort by atime
	-r	Reverse sort order
	-w N	Format N columns wide
	--color[={always,never,auto}]`,
  options: {
    short: "1AaCxdLHRFplinshrSXvctugokw:UQ",
    gnu: "mbBfNqGDI:T:Z",
    long: {
      all: "a",
      "almost-all": "A",
      directory: "d",
      recursive: "R",
      reverse: "r",
      "human-readable": "h",
      "group-directories-first": "group-directories-first",
      "full-time": "full-time",
      color: "color::",
      "quote-name": "Q",
      classify: "F",
      size: "s",
      "time-style": "time-style:",
      "no-group": "G",
      inode: "i",
      "numeric-uid-gid": "n",
      dereference: "L",
      width: "w",
    },
  },
  usageExitCode: { busybox: 1, gnu: 2 },
  async run(call) {
    const { options, operands, out } = call;
    const { found, exitCode } = await operandsOf(call, operands.length === 0 ? ["."] : operands);
    const isListed = (entry: Entry) => entry.info.kind === "directory" && !options.has("d");
    const plain = sorted(
      call,
      found.filter((entry) => !isListed(entry)),
    );
    const directories = sorted(call, found.filter(isListed));
    await out.print(listing(call.process, options, plain));
    const titled = options.has("R") || found.length > 1 || exitCode !== 0;
    const listings = { call, titled, first: plain.length === 0, exitCode };
    for (const directory of directories) await listDirectory(listings, directory);
    return listings.exitCode;
  },
});

interface Listings {
  readonly call: Call;
  readonly titled: boolean;
  first: boolean;
  exitCode: number;
}

async function operandsOf(call: Call, operands: readonly string[]): Promise<{ found: Entry[]; exitCode: number }> {
  const { process, options } = call;
  const follows = options.last("LH") !== undefined || options.last("lFd") === undefined;
  const found: Entry[] = [];
  for (const name of operands) {
    const path = process.resolve(name);
    try {
      found.push({ name, path: withSlash(path, name), info: infoOf(call, withSlash(path, name), follows) });
    } catch (error) {
      const reason = reasonOf(error);
      await call.complain({ busybox: `${name}: ${reason}`, gnu: `cannot access '${name}': ${reason}` });
    }
  }
  return { found, exitCode: found.length === operands.length ? 0 : inFlavour(call.flavour, { busybox: 1, gnu: 2 }) };
}

/** `link/` is where the link leads. */
function withSlash(path: string, name: string): string {
  return name.endsWith("/") && path !== "/" ? `${path}/.` : path;
}

function infoOf({ process, flavour }: Call, path: string, follow: boolean): FileInfo {
  const info = process.files.lstat(path);
  if (!follow || info.kind !== "symlink") return info;
  return flavour !== "gnu" || process.files.exists(path) ? process.files.stat(path) : info;
}

async function listDirectory(listings: Listings, directory: Entry): Promise<void> {
  const { call } = listings;
  const { process, options, out } = call;
  const entries = await entriesOf(listings, directory);
  if (entries === undefined) return;
  if (listings.titled) await out.print(`${listings.first ? "" : "\n"}${directory.name}:\n`);
  listings.first = false;
  const shown = sorted(call, entries);
  if (options.last("lgnos") !== undefined) {
    const blocks = shown.reduce((total, { info }) => total + blocksOf(info), 0);
    const total = options.has("h") && call.flavour === "gnu" ? roundedUpSize(blocks * 1024) : blocks;
    await out.print(`total ${total}\n`);
  }
  await out.print(listing(process, options, shown));
  if (!options.has("R")) return;
  for (const entry of shown) {
    if (entry.info.kind !== "directory" || entry.name === "." || entry.name === "..") continue;
    await listDirectory(listings, { ...entry, name: `${directory.name.replace(/\/$/u, "")}/${entry.name}` });
  }
}

async function entriesOf(listings: Listings, directory: Entry): Promise<Entry[] | undefined> {
  const { call } = listings;
  const { process, options } = call;
  const hidden = options.last("aA");
  try {
    const names = process.files.list(directory.path).filter((name) => hidden !== undefined || !name.startsWith("."));
    return [...(hidden === "a" ? [".", ".."] : []), ...names].flatMap((name) => {
      const path = `${directory.path.replace(/\/$/u, "")}/${name}`;
      return [{ name, path, info: infoOf(call, path, options.has("L")) }];
    });
  } catch (error) {
    const reason = reasonOf(error);
    const { name } = directory;
    await call.complain({
      busybox: `can't open '${name}': ${reason}`,
      gnu: `cannot open directory '${name}': ${reason}`,
    });
    listings.exitCode ||= 1;
    return undefined;
  }
}

type Order = (a: Entry, b: Entry) => number;

const byName: Order = (a, b) => (a.name < b.name ? -1 : Number(a.name > b.name));

const orders: Readonly<Record<string, Order>> = {
  S: (a, b) => b.info.size - a.info.size,
  t: (a, b) => b.info.modifiedAt - a.info.modifiedAt,
  X: (a, b) => extension(a.name).localeCompare(extension(b.name), "en"),
  v: (a, b) => a.name.localeCompare(b.name, "en", { numeric: true }),
};

function sorted({ options }: Call, entries: readonly Entry[]): Entry[] {
  if (options.has("U")) return [...entries];
  const order = orders[options.last("StXv") ?? ""] ?? (() => 0);
  const direction = options.has("r") ? -1 : 1;
  const grouped = options.has("group-directories-first");
  const rank = ({ info }: Entry) => (grouped && info.kind !== "directory" ? 1 : 0);
  return entries.toSorted((a, b) => rank(a) - rank(b) || direction * (order(a, b) || byName(a, b)));
}

function extension(name: string): string {
  return /\.[^.]*$/u.exec(name)?.[0] ?? "";
}
