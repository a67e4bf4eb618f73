import { concatBytes } from "../../api/bytes.ts";
import type { DeviceIdentity, FileInfo, FileSystem, Space } from "../filesystem.ts";
import { type Descriptor, type OpenMode, SystemError } from "../process.ts";
import { decodeText, encodeText } from "../text.ts";
import { drainDevice } from "./devices.ts";
import { infoOf } from "./file-info.ts";
import type { FileTree } from "./file-tree.ts";
import { type Caller, Device, type Inode, RegularFile, StoredDirectory, Symlink } from "./inode.ts";
import { type MountTable, spaceOf } from "./mount-table.ts";
import { OpenRegularFile } from "./open-regular-file.ts";
import { glance, pathOf, type Step, tryWalk, walk } from "./path-walk.ts";
import { type Access, checkAccess, checkEntryChange, checkOwner, mayAccess } from "./permissions.ts";
import { openerOf } from "./standard-devices.ts";

/** A set of mounts as one caller may use them: what its user's permissions, its umask and its `/proc/self` make of it. */
export class FileView implements FileSystem {
  readonly #mounts: MountTable;
  readonly #caller: Caller;

  constructor(mounts: MountTable, caller: Caller) {
    this.#mounts = mounts;
    this.#caller = caller;
  }

  stat(path: string): FileInfo {
    return infoOf(this.#existing(path));
  }

  lstat(path: string): FileInfo {
    return infoOf(present(this.#walk(path, false)));
  }

  exists(path: string): boolean {
    return this.find(path) !== undefined;
  }

  can(path: string, access: Access): boolean {
    const step = this.#tryWalk(path);
    if (!step?.inode || !mayAccess(this.#caller, step.inode, access)) return false;
    return access !== "write" || !step.mounted.readOnly || step.inode.kind === "device";
  }

  read(path: string): Uint8Array {
    const inode = this.#existing(path);
    if (inode.kind === "directory") throw new SystemError("EISDIR");
    checkAccess(this.#caller, inode, "read");
    if (inode.kind === "file") return inode.bytes();
    return inode.kind === "device" ? drainDevice(inode, this.#caller) : concatBytes([]);
  }

  readText(path: string): string {
    return decodeText(this.read(path));
  }

  write(path: string, content: Uint8Array | string, mode?: number): void {
    const bytes = typeof content === "string" ? encodeText(content) : content;
    const inode = this.#toWrite(path, mode);
    if (inode.kind === "device") this.#writeDevice(inode, bytes);
    else {
      treeOf(inode).charge(bytes.length - inode.size);
      inode.replace(bytes);
      touch(inode);
    }
  }

  append(path: string, content: Uint8Array | string): void {
    const bytes = typeof content === "string" ? encodeText(content) : content;
    const inode = this.#toWrite(path);
    if (inode.kind === "device") this.#writeDevice(inode, bytes);
    else {
      treeOf(inode).charge(bytes.length);
      inode.put(inode.size, bytes);
      touch(inode);
    }
  }

  list(path: string): readonly string[] {
    const step = this.#walk(path, true);
    const inode = present(step);
    if (inode.kind !== "directory") throw new SystemError("ENOTDIR");
    checkAccess(this.#caller, inode, "read");
    const names = new Set(inode.names(this.#caller));
    for (const [name, { mounted }] of step.point?.below ?? []) if (mounted) names.add(name);
    return [...names].toSorted(byCodeUnit);
  }

  makeDirectory(path: string, options: { readonly recursive?: boolean; readonly mode?: number } = {}): void {
    const { recursive = false, mode } = options;
    const step = this.#tryWalk(path, recursive);
    if (!step && recursive) this.makeDirectory(parentOf(path), { recursive });
    const place = step ?? this.#walk(path, false);
    if (place.inode && recursive && place.inode.kind === "directory") return;
    if (place.inode) throw new SystemError("EEXIST");
    this.#insert(place, (tree) => new StoredDirectory(this.#attributes(tree, mode ?? this.#masked(0o777))));
  }

  makeDevice(path: string, identity: DeviceIdentity, mode = this.#masked(0o666)): void {
    const step = this.#walk(path, false);
    if (step.inode || this.#caller.user.uid !== 0) throw new SystemError(step.inode ? "EEXIST" : "EPERM");
    this.#insert(step, (tree) => new Device(this.#attributes(tree, mode), openerOf(identity), identity));
  }

  remove(path: string, { recursive = false }: { readonly recursive?: boolean } = {}): void {
    const step = this.#walk(path, false);
    const inode = present(step);
    const directory = this.#entryToChange(step);
    if (inode.kind === "directory" && !recursive && !isEmpty(inode, this.#caller)) throw new SystemError("ENOTEMPTY");
    if (recursive) this.#checkRemovable(step);
    directory.entries.delete(step.name);
    touch(directory);
    release(inode, treeOf(directory));
  }

  rename(from: string, to: string): void {
    const source = this.#walk(from, false);
    const target = this.#walk(to, false);
    const moved = present(source);
    if (source.mounted !== target.mounted) throw new SystemError("EXDEV");
    const replaced = target.inode;
    if (replaced === moved) return;
    for (let at: Step | undefined = target.parent; at; at = at.parent) {
      if (at.inode === moved) throw new SystemError("EINVAL");
    }
    if (replaced) checkReplaceable(moved, replaced, this.#caller);
    const [fromDirectory, toDirectory] = [this.#entryToChange(source), this.#entryToChange(target)];
    fromDirectory.entries.delete(source.name);
    toDirectory.entries.set(target.name, moved);
    touch(fromDirectory);
    touch(toDirectory);
    if (replaced) release(replaced, treeOf(toDirectory));
  }

  symlink(target: string, path: string): void {
    const step = this.#walk(path, false);
    if (step.inode) throw new SystemError("EEXIST");
    this.#insert(step, (tree) => new Symlink(tree.attributes(0o777, this.#caller.user), target));
  }

  readLink(path: string): string {
    const inode = present(this.#walk(path, false));
    if (inode.kind !== "symlink") throw new SystemError("EINVAL");
    return inode.target;
  }

  link(existing: string, path: string): void {
    const source = this.#walk(existing, false);
    const step = this.#walk(path, false);
    if (present(source).kind === "directory") throw new SystemError("EPERM");
    if (step.inode) throw new SystemError("EEXIST");
    if (source.mounted !== step.mounted) throw new SystemError("EXDEV");
    const directory = this.#entryToChange(step);
    const inode = treeOf(directory).own(source);
    if (inode.kind === "file") inode.links++;
    directory.entries.set(step.name, inode);
    touch(directory);
  }

  chmod(path: string, mode: number): void {
    this.#owned(path).mode = mode & 0o7777;
  }

  chown(path: string, uid: number, gid: number): void {
    const [{ user }, inode] = [this.#caller, this.#owned(path)];
    const isMember = user.gid === gid || user.groups.includes(gid);
    if (user.uid !== 0 && (uid !== inode.uid || !isMember)) throw new SystemError("EPERM");
    inode.uid = uid;
    inode.gid = gid;
  }

  setTimes(path: string, modifiedAt: number): void {
    this.#owned(path).modifiedAt = modifiedAt;
  }

  realPath(path: string): string {
    const step = this.#walk(path, true);
    present(step);
    return pathOf(step);
  }

  space(path: string): Space {
    return spaceOf(this.#walk(path, true).mounted);
  }

  /** As `Process.open` says. */
  open(path: string, mode: OpenMode): Descriptor {
    const step = this.#walk(path, true);
    if (mode === "write-new" && step.inode) throw new SystemError("EEXIST");
    if (step.inode?.kind === "device") return this.#openDevice(step.inode, mode);
    if (mode === "read") {
      const inode = present(step);
      checkAccess(this.#caller, inode, "read");
      if (!(inode instanceof RegularFile)) throw new SystemError("EISDIR");
      return new OpenRegularFile(inode, mode);
    }
    const inode = this.#toWriteAt(step);
    if (mode === "read-write") checkAccess(this.#caller, inode, "read");
    if (mode === "write") truncate(inode);
    return new OpenRegularFile(inode, mode);
  }

  /** What is there, with symlinks followed; undefined also where the way is barred. */
  find(path: string): Inode | undefined {
    const found = glance(this.#mounts, path, this.#caller);
    if (found === "unsure") return this.#tryWalk(path)?.inode;
    return found === "nothing" ? undefined : found;
  }

  findIn(directory: string, name: string): Inode | undefined {
    const found = glance(this.#mounts, directory, this.#caller);
    if (found === "nothing") return undefined;
    if (found === "unsure" || found.kind !== "directory" || found.get(name, this.#caller))
      return this.find(`${directory}/${name}`);
    return undefined;
  }

  /** Whether the caller may run what `find` has found. */
  mayRun(inode: Inode): boolean {
    return mayAccess(this.#caller, inode, "execute");
  }

  /** What is there, as its tree may change it, for a mount of a part of a tree. */
  claim(path: string): Inode {
    const step = this.#walk(path, true);
    return writableTree(step).own(step);
  }

  /** Puts an inode made elsewhere in a directory that exists, in place of what is there. */
  place(path: string, inode: Inode): void {
    const step = this.#walk(path, false);
    if (step.inode) this.remove(path, { recursive: true });
    this.#insert(step, () => inode);
  }

  #walk(path: string, followLast: boolean): Step {
    return walk(this.#mounts, path, this.#caller, followLast);
  }

  #tryWalk(path: string, followLast = true): Step | undefined {
    const step = tryWalk(this.#mounts, path, this.#caller, followLast);
    return typeof step === "string" ? undefined : step;
  }

  #existing(path: string): Inode {
    return present(this.#walk(path, true));
  }

  #attributes(tree: FileTree, mode: number): ReturnType<FileTree["attributes"]> {
    return tree.attributes(mode, this.#caller.user);
  }

  #masked(mode: number): number {
    return mode & ~this.#caller.umask;
  }

  #toWrite(path: string, mode?: number): RegularFile | Device {
    const step = this.#walk(path, true);
    return step.inode?.kind === "device" ? step.inode : this.#toWriteAt(step, mode);
  }

  #toWriteAt(step: Step, mode = this.#masked(0o666)): RegularFile {
    if (step.inode?.kind === "directory") throw new SystemError("EISDIR");
    if (!step.inode) {
      return this.#insert(step, (tree) => new RegularFile(this.#attributes(tree, mode)));
    }
    checkAccess(this.#caller, step.inode, "write");
    const inode = writableTree(step).own(step);
    if (!(inode instanceof RegularFile)) throw new SystemError("EINVAL");
    return inode;
  }

  #openDevice(device: Device, mode: OpenMode): Descriptor {
    if (mode === "read" || mode === "read-write") checkAccess(this.#caller, device, "read");
    if (mode !== "read") checkAccess(this.#caller, device, "write");
    return device.open(mode, this.#caller);
  }

  #writeDevice(device: Device, bytes: Uint8Array): void {
    const descriptor = this.#openDevice(device, "write");
    // A device takes everything at once; who wants to wait for room opens a descriptor.
    void writeAndRelease(descriptor, bytes);
  }

  #insert<T extends Inode>(step: Step, make: (tree: FileTree) => T): T {
    const directory = this.#entryToChange(step);
    const inode = make(treeOf(directory));
    if (directory.mode & setGroupId) inherit(inode, directory);
    directory.entries.set(step.name, inode);
    touch(directory);
    return inode;
  }

  /** The directory of an entry that is to be added, replaced or taken away. */
  #entryToChange(step: Step): StoredDirectory {
    const { parent } = step;
    if (!parent || parent.mounted !== step.mounted) throw new SystemError("EBUSY");
    const directory = present(parent);
    if (directory.kind !== "directory") throw new SystemError("ENOTDIR");
    const tree = writableTree(step);
    checkEntryChange(this.#caller, directory, step.inode);
    return tree.ownDirectory(parent);
  }

  /** For rm -r: nothing mounted below, and every directory may be changed. */
  #checkRemovable(step: Step): void {
    if (step.point) throw new SystemError("EBUSY");
    if (this.#caller.user.uid !== 0) checkTree(present(step), this.#caller);
  }

  #owned(path: string): Inode {
    const step = this.#walk(path, true);
    checkOwner(this.#caller, present(step));
    return writableTree(step).own(step);
  }
}

async function writeAndRelease(descriptor: Descriptor, bytes: Uint8Array): Promise<void> {
  try {
    await descriptor.write(bytes);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
  } finally {
    descriptor.release();
  }
}

const setGroupId = 0o2000;

/** What is made in a directory with the set-group-ID bit has its group; a directory hands the bit on. */
function inherit(inode: Inode, { gid }: StoredDirectory): void {
  inode.gid = gid;
  if (inode.kind === "directory") inode.mode |= setGroupId;
}

function present({ inode }: Step): Inode {
  if (!inode) throw new SystemError("ENOENT");
  return inode;
}

function writableTree({ mounted }: Step): FileTree {
  if (mounted.readOnly) throw new SystemError("EROFS");
  if (!mounted.tree) throw new SystemError("EPERM");
  return mounted.tree;
}

function treeOf({ tree }: Inode): FileTree {
  if (!tree) throw new SystemError("EPERM");
  return tree;
}

function touch(inode: Inode): void {
  inode.modifiedAt = treeOf(inode).clock.now();
}

function truncate(inode: RegularFile): void {
  treeOf(inode).charge(-inode.size);
  inode.replace(new Uint8Array(0));
  touch(inode);
}

function isEmpty(inode: Inode, caller: Caller): boolean {
  if (inode.kind !== "directory") return true;
  return [...inode.names(caller)].length === 0;
}

function checkReplaceable(moved: Inode, replaced: Inode, caller: Caller): void {
  if (replaced.kind !== "directory") {
    if (moved.kind === "directory") throw new SystemError("ENOTDIR");
    return;
  }
  if (moved.kind !== "directory") throw new SystemError("EISDIR");
  if (!isEmpty(replaced, caller)) throw new SystemError("ENOTEMPTY");
}

function checkTree(inode: Inode, caller: Caller): void {
  if (!(inode instanceof StoredDirectory) || inode.entries.size === 0) return;
  checkAccess(caller, inode, "read");
  for (const entry of inode.entries.values()) {
    checkEntryChange(caller, inode, entry);
    checkTree(entry, caller);
  }
}

/** An entry less: the bytes of what nobody names any more are free. */
function release(inode: Inode, tree: FileTree): void {
  if (inode.tree !== tree) return;
  if (inode instanceof StoredDirectory) for (const entry of inode.entries.values()) release(entry, tree);
  if (inode.kind !== "file") return;
  inode.links--;
  if (inode.links === 0) tree.charge(-inode.size);
}

function parentOf(path: string): string {
  const trimmed = path.replace(/\/+$/u, "");
  return trimmed.slice(0, trimmed.lastIndexOf("/")) || "/";
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
