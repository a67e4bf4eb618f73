import type { Clock } from "../../sim/clock.ts";
import type { FileSystem } from "../filesystem.ts";
import { type Program, SystemError } from "../process.ts";
import { encodeText } from "../text.ts";
import { FileView } from "./file-view.ts";
import { type Attributes, copyInode, type Inode, RegularFile, StoredDirectory } from "./inode.ts";
import { MountTable, rootCaller } from "./mount-table.ts";
import type { Step } from "./path-walk.ts";

export interface FileTreeOptions {
  readonly clock: Clock;
  /** What it starts from and shares, copying only what is changed: an image's files. Sealed by this. */
  readonly lower?: FileTree;
  /** Bytes that files may hold in all: ENOSPC beyond. */
  readonly sizeLimit?: number;
  /** Of the root directory: 0o755 unless given. */
  readonly mode?: number;
  /** What it lies on, as /proc/mounts has it: `tmpfs` unless given. */
  readonly device?: string;
  /** Told how many bytes there are after every change. */
  onUsage?(usedBytes: number): void;
}

/** The disk of a node. */
export const nodeDisk = "/dev/vda1";

const mostInodes = 200_000;
const executablePrefix = "\u007fELF\u0002\u0001\u0001\n";

/**
 * Files in memory: a volume, an image's layer, or what a container has written over one. It can be mounted in many
 * containers at once. `files` is the whole of it as root sees it, rooted at `/`: fill a volume through that
 * (`tree.files.write("/key", text, 0o644)`).
 */
export class FileTree {
  readonly clock: Clock;
  readonly sizeLimit: number;
  readonly device: string;
  root: Inode;
  readonly #lower: FileTree | undefined;
  readonly #onUsage: ((usedBytes: number) => void) | undefined;
  #usedBytes = 0;
  #inodes: number;
  #sealed = false;
  #files: FileView | undefined;

  constructor(options: FileTreeOptions) {
    const { clock, lower, sizeLimit = Infinity, mode = 0o755, device = "tmpfs" } = options;
    this.clock = clock;
    this.device = device;
    this.sizeLimit = sizeLimit;
    this.#lower = lower;
    this.#onUsage = options.onUsage?.bind(options);
    this.#inodes = lower ? lower.#inodes : 1;
    this.root = lower ? lower.seal() : new StoredDirectory(this.attributes(mode, rootCaller.user));
  }

  get files(): FileSystem {
    return this.view;
  }

  /** Bytes of its own files, without the lower tree's. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** An executable (mode 0755) whose content is a program; makes parent directories. */
  addProgram(path: string, program: Program): void {
    const { view } = this;
    view.makeDirectory(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true });
    const attributes = this.attributes(0o755, rootCaller.user);
    view.place(path, new RegularFile(attributes, encodeText(`${executablePrefix}${path}\n`), program));
  }

  /** Of an executable that was copied: its bytes say which program of the image they are. */
  programOf(bytes: Uint8Array): Program | undefined {
    const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4200)).toString();
    if (!head.startsWith(executablePrefix)) return undefined;
    const inode = this.#lower?.view.find(head.slice(executablePrefix.length).trimEnd());
    return inode?.kind === "file" ? inode.program : undefined;
  }

  get view(): FileView {
    this.#files ??= new FileView(
      new MountTable([{ path: "/", source: this.device, readOnly: false, tree: this }]),
      rootCaller,
    );
    return this.#files;
  }

  /** No change any more: others build on it. */
  seal(): Inode {
    this.#sealed = true;
    return this.root;
  }

  /** For a new inode of this tree. Throws ENOSPC. */
  attributes(mode: number, { uid, gid }: { readonly uid: number; readonly gid: number }): Attributes {
    if (this.#sealed) throw new SystemError("EROFS");
    if (this.#inodes > mostInodes) throw new SystemError("ENOSPC");
    return { number: this.#inodes++, tree: this, mode, uid, gid, modifiedAt: this.clock.now() };
  }

  /** Counts bytes that files are about to gain. Throws ENOSPC. */
  charge(bytes: number): void {
    if (bytes > 0 && this.#usedBytes + bytes > this.sizeLimit) throw new SystemError("ENOSPC");
    this.#usedBytes += bytes;
    if (bytes !== 0) this.#onUsage?.(this.#usedBytes);
  }

  /** What is there, as this tree may change it: the lower tree's is copied first, with the directories above. */
  own({ parent, name, mounted }: Step): Inode {
    if (this.#sealed) throw new SystemError("EROFS");
    const directory = parent?.mounted === mounted ? this.ownDirectory(parent) : undefined;
    const inode = directory ? directory.entries.get(name) : (mounted.root ?? this.root);
    if (!inode) throw new SystemError("ENOENT");
    if (inode.tree === this) return inode;
    const copy = copyInode(inode, this);
    if (copy.kind === "file") this.charge(copy.size);
    if (directory) directory.entries.set(name, copy);
    else this.root = copy;
    return copy;
  }

  ownDirectory(step: Step): StoredDirectory {
    const inode = this.own(step);
    if (!(inode instanceof StoredDirectory)) throw new SystemError("ENOTDIR");
    return inode;
  }
}
