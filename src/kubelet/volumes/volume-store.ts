import { addDevices } from "../../runtime/files/device-tree.ts";
import { FileTree, nodeDisk } from "../../runtime/files/file-tree.ts";
import type { Clock } from "../../sim/clock.ts";
import { mostBytes } from "./most-bytes.ts";
import { nodeDirectories } from "./node-directories.ts";
import { diskTree } from "./volume-trees.ts";

/** What outlives pods: the node's own files, and the disks behind persistent volumes. */
export class VolumeStore {
  readonly #clock: Clock;
  readonly #disks: Map<string, FileTree>;
  readonly #system: () => FileTree | undefined;
  #host: FileTree | undefined;

  /**
   * Nodes that are given the same `disks` can all mount them, as network storage. `system` makes what a node's root has
   * from the start: its operating system.
   */
  constructor(
    clock: Clock,
    disks: Map<string, FileTree> = new Map(),
    system: () => FileTree | undefined = () => undefined,
  ) {
    this.#clock = clock;
    this.#disks = disks;
    this.#system = system;
  }

  /** The node's root file system, for hostPath. */
  get host(): FileTree {
    if (!this.#host) {
      const lower = this.#system();
      this.#host = new FileTree({
        clock: this.#clock,
        device: nodeDisk,
        sizeLimit: mostBytes,
        ...(lower ? { lower } : {}),
      });
      for (const path of nodeDirectories) this.#host.files.makeDirectory(path, { recursive: true, mode: 0o755 });
      this.#host.files.chmod("/tmp", 0o1777);
      addDevices(this.#host, "/dev");
    }
    return this.#host;
  }

  /** The data of a persistent volume; empty when it is first asked for. */
  disk(name: string): FileTree {
    let disk = this.#disks.get(name);
    if (!disk) {
      disk = diskTree({ clock: this.#clock });
      this.#disks.set(name, disk);
    }
    return disk;
  }

  /** The volume is gone, and its data with it. */
  forget(name: string): void {
    this.#disks.delete(name);
  }
}
