/** A large file's bytes come in blocks of so many. */
export const blockBytes = 1024 * 1024;

/** Blocks of nothing but zeros are this one: a file of zeros takes no memory. */
const zeros = new Uint8Array(blockBytes);

/**
 * The bytes of a large file, in blocks, so that it grows without being copied. What was once written is never changed
 * in place: readers share it.
 */
export class FileBlocks {
  readonly #blocks: Uint8Array[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Up to `limit` bytes from there on: at most what is left of a block. */
  take(position: number, limit: number): Uint8Array {
    const block = this.#blocks[Math.floor(position / blockBytes)];
    if (!block || position >= this.#size) return zeros.subarray(0, 0);
    const from = position % blockBytes;
    return block.subarray(from, Math.min(from + limit, blockBytes, from + this.#size - position));
  }

  /** The whole of it, copied. */
  whole(): Uint8Array {
    const bytes = new Uint8Array(this.#size);
    for (let at = 0; at < this.#size; at += blockBytes) bytes.set(this.take(at, blockBytes), at);
    return bytes;
  }

  /** A gap after the end is filled with zeros. */
  put(position: number, bytes: Uint8Array): void {
    while (this.#blocks.length * blockBytes < position + bytes.length) this.#blocks.push(zeros);
    for (let done = 0; done < bytes.length;) {
      const from = (position + done) % blockBytes;
      const piece = bytes.subarray(done, done + blockBytes - from);
      this.#putInBlock(Math.floor((position + done) / blockBytes), from, piece);
      done += piece.length;
    }
    this.#size = Math.max(this.#size, position + bytes.length);
  }

  #putInBlock(index: number, from: number, piece: Uint8Array): void {
    const block = this.#blocks[index] ?? zeros;
    if (block === zeros && isZero(piece)) return;
    const isSeen = index * blockBytes + from < this.#size;
    const own = isSeen || block === zeros ? block.slice() : block;
    own.set(piece, from);
    this.#blocks[index] = own;
  }
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes[0] === 0 && Buffer.compare(bytes, zeros.subarray(0, bytes.length)) === 0;
}
