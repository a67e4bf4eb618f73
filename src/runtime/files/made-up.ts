import type { Clock } from "../../sim/clock.ts";
import { encodeText } from "../text.ts";
import { type Attributes, type Caller, Device, Directory, type Inode, RegularFile, Symlink } from "./inode.ts";
import type { MountTable } from "./mount-table.ts";

/** An entry of a made-up directory, made when somebody looks. */
export type Make = (caller: Caller) => Inode | undefined;

/** Makes inodes that no tree holds: the files of /proc and /sys. */
export interface MadeUp {
  file(text: () => string): Make;
  link(target: (caller: Caller) => string | undefined): Make;
  /** A link that opens as something else than its target. */
  magicLink(target: string, open: Device["open"]): Make;
  /** A link to the root of a container's files. */
  rootLink(root: (caller: Caller) => MountTable): Make;
  directory(entries: Readonly<Record<string, Make>>): Make;
  /** A directory whose entries come and go. */
  changing(names: () => Iterable<string>, entry: (name: string) => Make | undefined): Make;
}

export function madeUp(clock: Clock): MadeUp {
  const attributes = (mode: number): Attributes => ({
    number: 1,
    tree: undefined,
    mode,
    uid: 0,
    gid: 0,
    modifiedAt: clock.now(),
  });
  const directory = (names: (caller: Caller) => Iterable<string>, entry: (name: string) => Make | undefined): Make => {
    return () => new MadeUpDirectory(attributes(0o555), names, entry);
  };
  return {
    file: (text) => () => new RegularFile(attributes(0o444), encodeText(text())),
    link: (target) => (caller) => {
      const path = target(caller);
      return path === undefined ? undefined : new Symlink(attributes(0o777), path);
    },
    magicLink: (target, open) => () =>
      new Symlink(attributes(0o777), target, new Device(attributes(0o666), open, anonymous)),
    rootLink: (root) => () => new Symlink(attributes(0o777), "/", root),
    changing: directory,
    directory: (entries) => {
      const known = new Map(Object.entries(entries));
      return directory(
        (caller) => [...known].flatMap(([name, make]) => (make(caller) ? [name] : [])),
        (name) => known.get(name),
      );
    },
  };
}

class MadeUpDirectory extends Directory {
  readonly #names: (caller: Caller) => Iterable<string>;
  readonly #entry: (name: string) => Make | undefined;

  constructor(
    attributes: Attributes,
    names: (caller: Caller) => Iterable<string>,
    entry: (name: string) => Make | undefined,
  ) {
    super(attributes);
    this.#names = names;
    this.#entry = entry;
  }

  get(name: string, caller: Caller): Inode | undefined {
    return this.#entry(name)?.(caller);
  }

  names(caller: Caller): Iterable<string> {
    return this.#names(caller);
  }
}

/** What a descriptor leads to has no driver. */
const anonymous = { kind: "device", numbers: [0, 0] } as const;
