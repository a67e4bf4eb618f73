import type { Random } from "../../sim/random.ts";
import type { DeviceIdentity } from "../filesystem.ts";
import type { Descriptor, OpenMode, Program, User } from "../process.ts";
import { blockBytes, FileBlocks } from "./file-blocks.ts";
import type { FileTree } from "./file-tree.ts";
import type { MountTable } from "./mount-table.ts";

export type Inode = Directory | RegularFile | Symlink | Device;

/** Who uses files. Without `process` it is the kubelet, and there is no `/proc/self`. */
export interface Caller {
  readonly user: Pick<User, "uid" | "gid" | "groups">;
  readonly umask: number;
  readonly process?: {
    readonly pid: number;
    readonly random: Random;
    /** What /dev/tty opens; undefined: no controlling terminal. */
    openTerminal(): Descriptor | undefined;
  };
}

/** What the next constructor fills in. */
export interface Attributes {
  readonly number: number;
  /** The tree that may change it; any other copies it first. undefined: made up by the kernel, not to be changed. */
  readonly tree: FileTree | undefined;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedAt: number;
}

abstract class Node {
  readonly number: number;
  readonly tree: FileTree | undefined;
  mode: number;
  uid: number;
  gid: number;
  modifiedAt: number;

  constructor({ number, tree, mode, uid, gid, modifiedAt }: Attributes) {
    this.number = number;
    this.tree = tree;
    this.mode = mode;
    this.uid = uid;
    this.gid = gid;
    this.modifiedAt = modifiedAt;
  }
}

/** A directory with its entries, or one the kernel makes up (`/proc`), whose entries depend on who looks. */
export abstract class Directory extends Node {
  readonly kind = "directory";
  abstract get(name: string, caller: Caller): Inode | undefined;
  abstract names(caller: Caller): Iterable<string>;
}

export class StoredDirectory extends Directory {
  readonly entries: Map<string, Inode>;

  constructor(attributes: Attributes, entries: Iterable<readonly [string, Inode]> = []) {
    super(attributes);
    this.entries = new Map(entries);
  }

  get(name: string): Inode | undefined {
    return this.entries.get(name);
  }

  names(): Iterable<string> {
    return this.entries.keys();
  }
}

const noBytes = new Uint8Array(0);

/** A file. What was once written is never changed in place, so readers share its bytes. */
export class RegularFile extends Node {
  readonly kind = "file";
  links = 1;
  /** Executing it runs this. */
  readonly program: Program | undefined;
  /** May have room after `#size`. */
  #buffer: Uint8Array;
  #size: number;
  /** In place of the buffer, once it is large. */
  #blocks: FileBlocks | undefined;

  constructor(attributes: Attributes, bytes: Uint8Array = noBytes, program?: Program) {
    super(attributes);
    this.#buffer = bytes;
    this.#size = bytes.length;
    this.program = program;
  }

  get size(): number {
    return this.#blocks?.size ?? this.#size;
  }

  bytes(): Uint8Array {
    return this.#blocks?.whole() ?? this.#buffer.subarray(0, this.#size);
  }

  /** Up to `limit` bytes from there on; there may be more behind them. */
  take(position: number, limit: number): Uint8Array {
    return (
      this.#blocks?.take(position, limit) ?? this.#buffer.subarray(position, Math.min(this.#size, position + limit))
    );
  }

  /** Takes over `bytes`. */
  replace(bytes: Uint8Array): void {
    this.#blocks = undefined;
    this.#buffer = bytes;
    this.#size = bytes.length;
  }

  /** A gap after the end is filled with zeros. */
  put(position: number, bytes: Uint8Array): void {
    const end = Math.max(this.#size, position + bytes.length);
    if (!this.#blocks && end > blockBytes) {
      this.#blocks = new FileBlocks();
      this.#blocks.put(0, this.#buffer.subarray(0, this.#size));
      this.#buffer = noBytes;
    }
    if (this.#blocks) return this.#blocks.put(position, bytes);
    if (position < this.#size || end > this.#buffer.length) {
      const grown = new Uint8Array(end > this.#buffer.length ? Math.ceil(end * 1.5) : this.#buffer.length);
      grown.set(this.bytes());
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, position);
    this.#size = end;
  }
}

export class Symlink extends Node {
  readonly kind = "symlink";
  readonly target: string;
  /** What following it gives, in place of the target: the links of /proc/PID/fd, and /proc/PID/root. */
  readonly leads: Device | ((caller: Caller) => MountTable) | undefined;

  constructor(attributes: Attributes, target: string, leads?: Symlink["leads"]) {
    super(attributes);
    this.target = target;
    this.leads = leads;
  }
}

export class Device extends Node {
  readonly kind = "device";
  /** The caller of `open` owns the holder. */
  readonly open: (mode: OpenMode, caller: Caller) => Descriptor;
  readonly identity: DeviceIdentity;

  constructor(attributes: Attributes, open: Device["open"], identity: DeviceIdentity) {
    super(attributes);
    this.open = open;
    this.identity = identity;
  }
}

/** The same thing in another tree, to be changed there. */
export function copyInode(inode: Inode, tree: FileTree): Inode {
  const { number, mode, uid, gid, modifiedAt } = inode;
  const attributes: Attributes = { number, tree, mode, uid, gid, modifiedAt };
  if (inode.kind === "file") return new RegularFile(attributes, inode.bytes(), inode.program);
  if (inode.kind === "symlink") return new Symlink(attributes, inode.target);
  if (inode.kind === "device") return new Device(attributes, inode.open, inode.identity);
  return new StoredDirectory(attributes, inode instanceof StoredDirectory ? inode.entries : []);
}
