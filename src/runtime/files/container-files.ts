import type { Clock } from "../../sim/clock.ts";
import { imageTree } from "../image-files.ts";
import { usualCapabilities } from "../kernel/capabilities.ts";
import type { CpuQuota } from "../kernel/cpu-quota.ts";
import type { ContainerOptions, Mount } from "../live-container.ts";
import { deviceTree } from "./device-tree.ts";
import { FileTree } from "./file-tree.ts";
import { FileView } from "./file-view.ts";
import type { Inode } from "./inode.ts";
import { type Mounted, MountTable, rootCaller } from "./mount-table.ts";
import { procRoot, type ProcProcess, type ProcSource, sysRoot } from "./proc.ts";

/** The files of one container. */
export interface ContainerFiles {
  /** What was written over the image. */
  readonly tree: FileTree;
  readonly mounts: MountTable;
  readonly asRoot: FileView;
  /** What cannot be mounted, in runc's words. */
  readonly mountFailure: string | undefined;
}

/** Who holds the files: a container's kernel. */
export interface FilesOwner {
  readonly processes: ReadonlyMap<number, ProcProcess>;
  readonly cpuNanoseconds: number;
  readonly quota: CpuQuota | undefined;
  readonly memory: { readonly bytes: number; readonly limit: number; holdFiles(bytes: number): void };
}

/** Bytes a container may write outside its volumes. */
const writableBytes = 512 * 1024 ** 2;
const sharedMemoryBytes = 64 * 1024 ** 2;
const none: ReadonlyMap<string, string> = new Map();
const devices = new WeakMap<Clock, FileTree>();

/** The image's files (shared until written), volumes, /dev, /proc and /sys. */
export function containerFiles(options: ContainerOptions, owner: FilesOwner): ContainerFiles {
  const { clock, image, tools, readOnlyRoot } = options;
  const { memory } = owner;
  const ordered = options.mounts.toSorted(byDepth);
  const paths = ordered.map((mount) => ({ path: mount.path, isFile: rootInode(mount).kind !== "directory" }));
  const { tree: lower, mountPaths } = imageTree({ image, tools, clock }, paths);
  const tree = new FileTree({
    clock,
    lower,
    sizeLimit: writableBytes,
  });
  const mounts = new MountTable([
    { path: "/", source: "overlay", readOnly: readOnlyRoot, tree },
    { path: "/dev", source: "tmpfs", readOnly: false, tree: deviceFiles(clock) },
    { path: "/dev/shm", source: "shm", readOnly: false, tree: sharedMemory(clock, memory) },
  ]);
  const source = procSource(options, owner, mounts);
  mounts.add(new MadeUpMount({ path: "/proc", source: "proc", readOnly: false }, () => procRoot(source)));
  mounts.add(new MadeUpMount({ path: "/sys", source: "sysfs", readOnly: true }, () => sysRoot(source)));
  const asRoot = new FileView(mounts, rootCaller);
  ordered.forEach((mount, index) => {
    const path = mountPaths[index];
    if (path === undefined) return;
    makeMountPoint(asRoot, path);
    mounts.add(mountedAt(path, mount));
  });
  const misfit = ordered.find((_mount, index) => mountPaths[index] === undefined);
  return { tree, mounts, asRoot, mountFailure: misfit && describeMisfit(misfit) };
}

function describeMisfit({ path, subPath = "" }: Mount): string {
  const what = `error mounting ${JSON.stringify(`/${subPath}`)} to rootfs at ${JSON.stringify(path)}: not a directory`;
  const hint = "Are you trying to mount a directory onto a file (or vice-versa)?";
  return `${what}: unknown: ${hint} Check if the specified host path exists and is the expected type`;
}

/** In a volume mounted above, where the image's own mount point is hidden. A read-only one stays as it is. */
function makeMountPoint(asRoot: FileView, path: string): void {
  const parent = parentOf(path);
  let there = parent;
  while (!asRoot.exists(there)) there = parentOf(there);
  if (there !== parent && asRoot.can(there, "write")) asRoot.makeDirectory(parent, { recursive: true });
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** Parents first. */
function byDepth(a: Mount, b: Mount): number {
  return a.path.split("/").length - b.path.split("/").length;
}

/** Made when somebody looks: most containers never do. */
class MadeUpMount implements Mounted {
  readonly path: string;
  readonly source: string;
  readonly readOnly: boolean;
  readonly tree = undefined;
  readonly #make: () => Inode;

  constructor(at: Pick<Mounted, "path" | "source" | "readOnly">, make: () => Inode) {
    this.path = at.path;
    this.source = at.source;
    this.readOnly = at.readOnly;
    this.#make = make;
  }

  get root(): Inode {
    return this.#make();
  }
}

function mountedAt(path: string, mount: Mount): Mounted {
  const { tree, readOnly, subPath } = mount;
  const root = subPath === undefined || subPath === "" ? undefined : rootInode(mount);
  return { path, source: tree.device, readOnly, tree, ...(root ? { root } : {}) };
}

function rootInode({ tree, subPath }: Mount): Inode {
  if (subPath === undefined || subPath === "") return tree.root;
  const path = `/${subPath}`;
  // The kubelet makes the directory of a subPath that is not there.
  if (!tree.view.exists(path)) tree.view.makeDirectory(path, { recursive: true });
  return tree.view.claim(path);
}

/** What is there, the container holds in memory. */
function sharedMemory(clock: Clock, memory: FilesOwner["memory"]): FileTree {
  const onUsage = (bytes: number): void => memory.holdFiles(bytes);
  return new FileTree({ clock, sizeLimit: sharedMemoryBytes, mode: 0o1777, onUsage });
}

function deviceFiles(clock: Clock): FileTree {
  return new FileTree({ clock, lower: devicesFor(clock), sizeLimit: sharedMemoryBytes });
}

function devicesFor(clock: Clock): FileTree {
  const known = devices.get(clock) ?? deviceTree(clock);
  devices.set(clock, known);
  return known;
}

const usualConfinement = { capabilities: usualCapabilities, noNewPrivileges: false, seccomp: false, appArmor: true };

function procSource(options: ContainerOptions, owner: FilesOwner, mounts: MountTable): ProcSource {
  const { clock, hostname, sysctls = none, confinement = usualConfinement } = options;
  const { processes, memory } = owner;
  const startedAt = clock.now();
  return { clock, hostname, sysctls, confinement, startedAt, processes, memory, mounts, processor: owner };
}
