import { OpenDescription } from "../kernel/open-description.ts";
import { type OpenMode, SystemError } from "../process.ts";
import type { RegularFile } from "./inode.ts";

/** An open file with its position. It keeps the file it opened, whatever its name leads to later. */
export class OpenRegularFile extends OpenDescription {
  readonly kind = "file";
  readonly #file: RegularFile;
  readonly #mode: OpenMode;
  protected position = 0;

  constructor(file: RegularFile, mode: OpenMode) {
    super();
    this.#file = file;
    this.#mode = mode;
  }

  override take(limit: number): Uint8Array | undefined {
    if (this.#mode !== "read" && this.#mode !== "read-write") throw new SystemError("EBADF");
    const bytes = this.#file.take(this.position, limit);
    this.position += bytes.length;
    return bytes.length === 0 ? undefined : bytes;
  }

  override put(bytes: Uint8Array): undefined {
    if (this.#mode === "read") throw new SystemError("EBADF");
    const file = this.#file;
    if (this.#mode === "append") this.position = file.size;
    const growth = Math.max(0, this.position + bytes.length - file.size);
    if (file.links > 0) file.tree?.charge(growth);
    file.put(this.position, bytes);
    this.position += bytes.length;
    file.modifiedAt = file.tree?.clock.now() ?? file.modifiedAt;
  }
}
