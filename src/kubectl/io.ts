import type { Duplex } from "node:stream";

import type { ByteSource } from "../api/bytes.ts";
import type { TerminalSize } from "../client/node-agents.ts";

/** The world around one run of kubectl. */
export interface Io {
  readonly stdin: ByteSource;
  /** Writing resolves when there is room again. */
  out(bytes: string | Uint8Array): Promise<void>;
  err(bytes: string | Uint8Array): Promise<void>;
  /** Aborted by Ctrl-C. */
  readonly interrupt: AbortSignal;
  /** The terminal at stdin and stdout, if there is one. */
  readonly terminal: Terminal | undefined;
  /** A manifest file's text. Throws KubectlError when it is not there. */
  readFile(path: string): string;
  /** The files of this machine. Absent where there are none. */
  readonly files?: Files;
  /** A manifest of the Web. Absent where there is none. */
  readonly download?: (url: string) => Promise<string>;
  /** Listens on this machine for `port-forward` and `proxy`; resolves with the port. Absent where there are no sockets. */
  readonly listen?: (place: Place, accept: (socket: Duplex) => void) => Promise<Listener>;
}

/** A port, or the path of a Unix socket; one left over from before gives way. */
export type Place = { readonly port: number; readonly address: string } | { readonly path: string };

export interface Listener {
  readonly port: number;
  close(): void;
}

/** Errors carry Node's codes. */
export interface Files {
  readBytes(path: string): Uint8Array;
  /** Makes the directories above it, too. */
  writeBytes(path: string, bytes: Uint8Array): void;
  makeDirectory(path: string): void;
  /** The paths of what is in a directory, in order; undefined: it is no directory. */
  list(path: string): readonly string[] | undefined;
}

export interface Terminal {
  /** Keys come one by one from now on; the returned function puts the terminal back. */
  makeRaw(): () => void;
  readonly size: TerminalSize;
  sizes(signal: AbortSignal): AsyncIterable<TerminalSize>;
}
