import { type OpenMode, SystemError } from "../process.ts";
import type { FileTree } from "./file-tree.ts";
import { Device, RegularFile } from "./inode.ts";
import { rootCaller } from "./mount-table.ts";
import { OpenRegularFile } from "./open-regular-file.ts";

const longestRead = 65_536;

/** A disk at a path of a tree, unless it is there already: `sizeBytes` zeros until something is written. */
export function addBlockDevice(tree: FileTree, path: string, sizeBytes: number): void {
  const { view } = tree;
  if (view.exists(path)) return;
  const { user } = rootCaller;
  const content = new RegularFile(tree.attributes(0o660, user));
  view.place(
    path,
    new Device(tree.attributes(0o660, user), (mode) => new OpenBlockDevice(content, mode, sizeBytes), {
      kind: "disk",
      numbers: [254, 16],
    }),
  );
}

/** Nothing is ever cut off, and nothing is written behind its end: ENOSPC. */
class OpenBlockDevice extends OpenRegularFile {
  readonly #sizeBytes: number;

  constructor(content: RegularFile, mode: OpenMode, sizeBytes: number) {
    super(content, mode === "append" ? "write" : mode);
    this.#sizeBytes = sizeBytes;
  }

  override take(limit: number): Uint8Array | undefined {
    const written = super.take(limit);
    const rest = Math.min(limit, longestRead, this.#sizeBytes - this.position);
    if (written || rest <= 0) return written;
    this.position += rest;
    return new Uint8Array(rest);
  }

  override put(bytes: Uint8Array): undefined {
    if (this.position + bytes.length > this.#sizeBytes) throw new SystemError("ENOSPC");
    return super.put(bytes);
  }
}
