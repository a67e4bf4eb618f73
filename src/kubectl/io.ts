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
  /** A manifest file's text. Throws an Error that says why not. */
  readFile(path: string): string;
  /** The manifests in a directory; undefined: it is no directory. */
  listDirectory?(path: string): readonly string[] | undefined;
  /** Listens on this machine for `port-forward`; resolves with the port. Absent where there are no sockets. */
  readonly listen?: (port: number, address: string, accept: (socket: import("node:stream").Duplex) => void) => Promise<{ readonly port: number; close(): void }>;
}

export interface Terminal {
  /** Keys come one by one from now on; the returned function puts the terminal back. */
  makeRaw(): () => void;
  readonly size: TerminalSize;
  sizes(signal: AbortSignal): AsyncIterable<TerminalSize>;
}
