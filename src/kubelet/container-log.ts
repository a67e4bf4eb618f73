import { concatBytes, encodeText } from "../api/bytes.ts";
import type { LogOptions } from "../client/node-agents.ts";
import type { Clock } from "../sim/clock.ts";

type Stream = "stdout" | "stderr";

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly stream: Stream;
  readonly bytes: Uint8Array;
}

const newline = 10;
/** As the kubelet rotates files: 10 MiB, of which the newer half is kept. */
const rotateAtBytes = 10 * 1024 * 1024;
/** A line longer than this is cut into several entries, as container runtimes do. */
const longestLine = 16 * 1024;

/** What a container has written, line by line with its time. Old lines are forgotten when there are too many. */
export class ContainerLog {
  readonly #clock: Clock;
  readonly #partial: Record<Stream, Uint8Array[]> = { stdout: [], stderr: [] };
  readonly #partialBytes: Record<Stream, number> = { stdout: 0, stderr: 0 };
  readonly #followers = new Set<() => void>();
  #entries: Entry[] = [];
  #size = 0;
  #written = 0;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  write(stream: Stream, bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      this.#finish(stream, bytes.slice(start, end + 1));
      start = end + 1;
    }
    if (start < bytes.length) this.#keep(stream, bytes.slice(start));
    for (const wake of this.#followers) wake();
  }

  /** The container has ended: followers come to their end. */
  close(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      if (this.#partial[stream].length > 0) this.#finish(stream, new Uint8Array());
    }
    this.#closed = true;
    for (const wake of this.#followers) wake();
  }

  /** Bytes that are kept. */
  get sizeBytes(): number {
    return this.#size;
  }

  /** https://kubernetes.io/docs/concepts/cluster-administration/logging/ */
  read(options: LogOptions): AsyncIterable<Uint8Array> {
    const leaving = new Leaving();
    const lines = this.#read(options, leaving);
    return {
      [Symbol.asyncIterator]: () => ({
        next: () => lines.next(),
        async return() {
          leaving.leave();
          return lines.return(undefined);
        },
      }),
    };
  }

  /** The last bytes, for `terminationMessagePolicy: FallbackToLogsOnError`. */
  tail(lines: number, bytes: number): string {
    const text = Buffer.from(concatBytes(this.#entries.slice(-lines).map((entry) => entry.bytes))).toString();
    return text.slice(-bytes);
  }

  async *#read(options: LogOptions, leaving: Leaving): AsyncGenerator<Uint8Array, undefined> {
    const since = sinceOf(options, this.#clock.now());
    const all = options.follow ? this.#entries : [...this.#entries, ...this.#unfinished()];
    const chosen = all.filter((entry) => entry.at >= since && matches(entry, options));
    const start = options.tailLines === undefined ? 0 : Math.max(0, chosen.length - options.tailLines);
    const budget = new Budget(options.limitBytes);
    let next = this.#written;
    for (const entry of chosen.slice(start)) {
      if (budget.isSpent) return;
      yield budget.take(format(entry, options));
    }
    while (options.follow && !budget.isSpent) {
      const fresh = this.#entries.filter(({ order }) => order >= next);
      next = this.#written;
      for (const entry of fresh) if (matches(entry, options)) yield budget.take(format(entry, options));
      if (leaving.hasLeft || (this.#closed && next >= this.#written)) return;
      if (next >= this.#written) await this.#change(leaving);
    }
  }

  /** Resolves when there is more, or no need for it. */
  async #change(leaving: Leaving): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#followers.delete(wake);
        resolve();
      };
      this.#followers.add(wake);
      leaving.onLeave(wake);
    });
  }

  /** Lines without their end are shown too. */
  #unfinished(): Entry[] {
    return (["stdout", "stderr"] as const)
      .filter((stream) => this.#partial[stream].length > 0)
      .map((stream) => ({
        at: this.#clock.now(),
        order: this.#written,
        stream,
        bytes: concatBytes(this.#partial[stream]),
      }));
  }

  #keep(stream: Stream, bytes: Uint8Array): void {
    this.#partial[stream].push(bytes);
    this.#partialBytes[stream] += bytes.length;
    if (this.#partialBytes[stream] >= longestLine) this.#finish(stream, new Uint8Array());
  }

  #finish(stream: Stream, end: Uint8Array): void {
    const bytes = concatBytes([...this.#partial[stream], end]);
    this.#partial[stream] = [];
    this.#partialBytes[stream] = 0;
    this.#entries.push({ at: this.#clock.now(), order: this.#written++, stream, bytes });
    this.#size += bytes.length;
    if (this.#size > rotateAtBytes) this.#rotate();
  }

  #rotate(): void {
    this.#entries = this.#entries.slice(Math.ceil(this.#entries.length / 2));
    this.#size = this.#entries.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
}

/** A reader that goes before the end must not be waited for. */
class Leaving {
  #wake = (): void => {};
  #hasLeft = false;

  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  leave(): void {
    this.#hasLeft = true;
    this.#wake();
  }

  onLeave(wake: () => void): void {
    this.#wake = wake;
  }
}

/** Counts down `limitBytes`. */
class Budget {
  #left: number;

  constructor(limit: number | undefined) {
    this.#left = limit ?? Infinity;
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }

  take(bytes: Uint8Array): Uint8Array {
    const taken = bytes.length > this.#left ? bytes.slice(0, this.#left) : bytes;
    this.#left -= taken.length;
    return taken;
  }
}

function sinceOf({ sinceSeconds, sinceTime }: LogOptions, now: number): number {
  if (sinceSeconds !== undefined) return now - sinceSeconds * 1000;
  return sinceTime === undefined ? -Infinity : Date.parse(sinceTime);
}

function matches({ stream }: Entry, options: LogOptions): boolean {
  if (options.stream === "Stdout") return stream === "stdout";
  return options.stream === "Stderr" ? stream === "stderr" : true;
}

/** With `timestamps`, each line begins with its time in nanoseconds. */
function format({ at, bytes, order }: Entry, { timestamps }: LogOptions): Uint8Array {
  if (!timestamps) return bytes;
  const nanoseconds = String(order % 1_000_000).padStart(6, "0");
  const time = `${new Date(at).toISOString().slice(0, 23)}${nanoseconds}Z `;
  return concatBytes([encodeText(time), bytes]);
}
