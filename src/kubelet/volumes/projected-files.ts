import type { Pod } from "../../api/types.gen.ts";
import type { FileTree } from "../../runtime/files/file-tree.ts";
import type { KubeletContext } from "../node-context.ts";
import type { Reference } from "../referenced-objects.ts";
import { writePayload } from "./payload.ts";
import { giveToGroup } from "./volume-owner.ts";
import { diskTree, memoryTree } from "./volume-trees.ts";
import { type Projection, VolumeError } from "./volume.ts";

export interface ProjectedFilesOptions {
  readonly context: KubeletContext;
  readonly projection: Projection;
  readonly references: readonly Reference[];
  /** The pod's fsGroup. */
  readonly group: number | undefined;
  /** The pod as it is now. */
  readonly pod: () => Pod;
  /** The files stay as they were: something they are made of is gone. */
  readonly onError: (message: string) => void;
}

/** The files of one volume that follow what they are made of. */
export class ProjectedFiles {
  readonly tree: FileTree;
  readonly #options: ProjectedFilesOptions;
  #stopFollowing = (): void => {};
  #cancelRenewal = (): void => {};
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: ProjectedFilesOptions) {
    this.#options = options;
    const { context, projection, pod } = options;
    this.tree = projection.isOnDisk ? diskTree(context) : memoryTree(context, pod());
  }

  /** Makes the files for the first time, then keeps them up to date. Rejects with VolumeError. */
  async open(): Promise<void> {
    const { context, references } = this.#options;
    await this.#make();
    const mutable = references.filter((reference) => !context.objects.isImmutable(reference));
    if (mutable.length > 0) this.#stopFollowing = context.objects.follow(mutable, () => this.refresh());
  }

  /** Makes the files anew, behind the caller's back and never twice at once. */
  refresh(): void {
    const { context, onError } = this.#options;
    this.#work = this.#work
      .then(() => (this.#closed ? undefined : this.#make()))
      .catch((error: unknown) => {
        if (error instanceof VolumeError) onError(error.message);
        else context.log.write("error", `volume: ${String(error)}`);
      });
  }

  close(): void {
    this.#closed = true;
    this.#stopFollowing();
    this.#cancelRenewal();
  }

  async #make(): Promise<void> {
    const { context, projection, group, pod } = this.#options;
    const payload = await projection.make(pod());
    if (this.#closed) return;
    const readable = 0o440;
    const files =
      group === undefined
        ? payload
        : new Map([...payload].map(([path, file]) => [path, { ...file, mode: file.mode | readable }]));
    const isNew = writePayload(this.tree, files, context.random);
    if (isNew && group !== undefined) giveToGroup({ tree: this.tree, readOnly: true }, group);
    const dueAt = projection.dueAt?.();
    this.#cancelRenewal();
    if (dueAt !== undefined) this.#cancelRenewal = context.renewals.add(dueAt, () => this.refresh());
  }
}
