import { concatBytes, encodeText } from "../api/bytes.ts";
import type { LogOptions } from "../client/node-agents.ts";
import type { LogPiece } from "./log-block.ts";

/** What of a log one reader is to see, and how. */
export interface LogView {
  /** Nothing more may be shown. */
  readonly isSpent: boolean;
  /** A piece as it is shown; undefined: it is not. */
  shown(piece: LogPiece): Uint8Array | undefined;
  /** The last `tailLines` lines of what is to be seen, oldest first. */
  lastOf(newestFirst: Iterable<LogPiece>): readonly Uint8Array[];
  /** Cut to what is left of `limitBytes`. */
  limit(bytes: Uint8Array): Uint8Array;
}

const newline = 10;

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod */
export function viewOf(options: LogOptions, now: number): LogView {
  const { stream = "All", timestamps = false, tailLines = Infinity } = options;
  const since = sinceOf(options, now);
  let left = options.limitBytes ?? Infinity;
  const isSeen = ({ at, stream: from }: LogPiece): boolean =>
    at >= since && (stream === "All" || stream.toLowerCase() === from);
  const format = (piece: LogPiece): Uint8Array => (timestamps ? concatBytes([...stamped(piece)]) : piece.bytes);
  return {
    get isSpent() {
      return left <= 0;
    },
    shown: (piece) => (isSeen(piece) ? format(piece) : undefined),
    lastOf(newestFirst) {
      const chosen: Uint8Array[] = [];
      let wanted = tailLines;
      for (const piece of newestFirst) {
        if (wanted <= 0 || piece.at < since) break;
        if (!isSeen(piece)) continue;
        const { start, lines } = lastLines(piece.bytes, wanted);
        const firstLine = piece.firstLine + linesIn(piece.bytes.subarray(0, start));
        chosen.push(format({ ...piece, firstLine, bytes: piece.bytes.subarray(start) }));
        wanted -= lines;
      }
      return chosen.toReversed();
    },
    limit(bytes) {
      const taken = bytes.length > left ? bytes.subarray(0, left) : bytes;
      left -= taken.length;
      return taken;
    },
  };
}

function sinceOf({ sinceSeconds, sinceTime }: LogOptions, now: number): number {
  if (sinceSeconds !== undefined) return now - sinceSeconds * 1000;
  return sinceTime === undefined ? -Infinity : Date.parse(sinceTime);
}

/** Where the last so many lines begin, and how many there are. */
function lastLines(bytes: Uint8Array, wanted: number): { readonly start: number; readonly lines: number } {
  let lines = 0;
  let start = bytes.length;
  while (start > 0 && lines < wanted) {
    start = start === 1 ? 0 : bytes.lastIndexOf(newline, start - 2) + 1;
    lines++;
  }
  return { start, lines };
}

function linesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}

/** Each line begins with its time; the nanoseconds below the clock's milliseconds keep lines in order. */
function* stamped({ at, bytes, firstLine }: LogPiece): Generator<Uint8Array> {
  const time = new Date(at).toISOString().slice(0, 23);
  let line = firstLine;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(newline, start) + 1 || bytes.length;
    yield encodeText(`${time}${String(line % 1_000_000).padStart(6, "0")}Z `);
    yield bytes.subarray(start, end);
    start = end;
  }
}
