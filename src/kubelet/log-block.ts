export type LogStream = "stdout" | "stderr";

/** What was written at one time to one stream: lines with their ends, or the start or end of a line that was cut. */
export interface LogPiece {
  /** Ms of the cluster's clock. */
  readonly at: number;
  readonly stream: LogStream;
  /** How many lines the log had before. */
  readonly firstLine: number;
  readonly bytes: Uint8Array;
}

const firstCapacity = 256;
const capacity = 64 * 1024;
/** What a piece costs beside its bytes. */
const pieceBytes = 32;

/** A part of a log in one run of memory: lines are cheap, however short. What has been read of it never changes. */
export class LogBlock {
  #bytes = new Uint8Array(0);
  #used = 0;
  readonly #ends: number[] = [];
  readonly #times: number[] = [];
  readonly #firstLines: number[] = [];
  readonly #isError: boolean[] = [];

  get count(): number {
    return this.#ends.length;
  }

  get sizeBytes(): number {
    return this.#used + pieceBytes * this.count;
  }

  get isFull(): boolean {
    return this.sizeBytes >= capacity;
  }

  add({ at, stream, firstLine, bytes }: LogPiece): void {
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#used);
    this.#used += bytes.length;
    this.#ends.push(this.#used);
    this.#times.push(at);
    this.#firstLines.push(firstLine);
    this.#isError.push(stream === "stderr");
  }

  piece(index: number): LogPiece {
    return {
      at: this.#times[index] ?? 0,
      stream: this.#isError[index] ? "stderr" : "stdout",
      firstLine: this.#firstLines[index] ?? 0,
      bytes: this.#bytes.subarray(index === 0 ? 0 : this.#ends[index - 1], this.#ends[index]),
    };
  }

  #makeRoom(length: number): void {
    const needed = this.#used + length;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, firstCapacity, Math.min(capacity, this.#bytes.length * 2)));
    grown.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = grown;
  }
}
