import type { Signal } from "../process.ts";
import type { Terminal } from "../terminal.ts";
import { LineDiscipline } from "./line-discipline.ts";
import { OpenDescription } from "./open-description.ts";
import { Turnstile } from "./turnstile.ts";

/** The world on the other side of a terminal. */
export interface TerminalHost {
  /** Shows bytes to the user; the promise, if any, resolves when there is room for more. */
  show(bytes: Uint8Array): Promise<void> | undefined;
  signalGroup(group: number, signal: Signal): void;
}

const longestTypeAhead = 65_536;
const newline = 10;
const carriageReturn = 13;

/** A pseudo-terminal: the client types and looks at one side, processes hold `slave`. */
export class PseudoTerminal implements Terminal {
  width = 80;
  height = 24;
  echo = true;
  foregroundGroup = 0;
  readonly slave: OpenDescription;
  readonly #host: TerminalHost;
  readonly #discipline: LineDiscipline;
  readonly #typed = new Turnstile();
  /** What can be read; an empty one is an end of file. */
  #ready: Uint8Array[] = [];
  #readyBytes = 0;
  #mode: Terminal["mode"] = "cooked";
  #isHungUp = false;

  constructor(host: TerminalHost) {
    this.#host = host;
    this.slave = new TerminalDescriptor(this);
    this.#discipline = new LineDiscipline({
      echo: (bytes) => {
        if (this.echo) void this.put(bytes);
      },
      line: (bytes) => {
        this.#offer(bytes);
      },
      signal: (signal) => {
        host.signalGroup(this.foregroundGroup, signal);
      },
    });
  }

  get mode(): Terminal["mode"] {
    return this.#mode;
  }

  /** What was typed ahead goes along, and can be read at once: an unfinished line, unread keys. Neither is echoed again. */
  set mode(mode: Terminal["mode"]) {
    if (mode === this.#mode) return;
    this.#mode = mode;
    if (mode !== "cooked") {
      const unfinished = this.#discipline.takeUnfinished();
      if (unfinished.length > 0) this.#offer(unfinished);
      return;
    }
    this.#ready = this.#ready.map(withNewlines);
  }

  /** Keys of the client. More than anybody reads are lost. */
  type(bytes: Uint8Array): void {
    if (this.#isHungUp) return;
    if (this.#mode === "cooked") this.#discipline.type(bytes);
    else if (this.#mode === "cbreak") this.#discipline.typeAtOnce(bytes);
    else this.#offer(bytes);
  }

  /** The client will type no more: like Ctrl-D on an empty line. */
  typeEnd(): void {
    const unfinished = this.#discipline.takeUnfinished();
    if (unfinished.length > 0) this.#offer(unfinished);
    this.#ready.push(new Uint8Array(0));
    this.#typed.open();
  }

  /** A client that does not know its size says 0: as it was. */
  resize({ width, height }: { readonly width: number; readonly height: number }): void {
    if (width < 1 || height < 1 || (width === this.width && height === this.height)) return;
    this.width = width;
    this.height = height;
    this.#host.signalGroup(this.foregroundGroup, "SIGWINCH");
  }

  /** The client has gone: reads end, writes go nowhere. */
  hangUp(): void {
    this.#isHungUp = true;
    this.#typed.open();
  }

  /** The session is over: what still runs in the foreground is told. */
  leaderEnded(): void {
    this.hangUp();
    this.#host.signalGroup(this.foregroundGroup, "SIGHUP");
  }

  take(limit: number): Uint8Array | "wait" | undefined {
    const [first] = this.#ready;
    if (!first) return this.#isHungUp ? undefined : "wait";
    if (first.length > limit) this.#ready[0] = first.subarray(limit);
    else this.#ready.shift();
    const bytes = first.subarray(0, limit);
    this.#readyBytes -= bytes.length;
    return bytes.length === 0 ? undefined : bytes;
  }

  readable(): Promise<void> {
    return this.#typed.wait();
  }

  put(bytes: Uint8Array): Promise<void> | undefined {
    return this.#isHungUp || bytes.length === 0 ? undefined : this.#host.show(withCarriageReturns(bytes));
  }

  #offer(bytes: Uint8Array): void {
    if (this.#readyBytes + bytes.length > longestTypeAhead) return;
    this.#ready.push(bytes);
    this.#readyBytes += bytes.length;
    this.#typed.open();
  }
}

class TerminalDescriptor extends OpenDescription {
  readonly kind = "terminal";
  readonly #terminal: PseudoTerminal;

  constructor(terminal: PseudoTerminal) {
    super();
    this.#terminal = terminal;
  }

  override take(limit: number): Uint8Array | "wait" | undefined {
    return this.#terminal.take(limit);
  }

  override readable(): Promise<void> {
    return this.#terminal.readable();
  }

  override put(bytes: Uint8Array): Promise<void> | undefined {
    return this.#terminal.put(bytes);
  }
}

/** ICRNL: Enter is a newline. */
function withNewlines(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte === carriageReturn ? newline : byte));
}

/** ONLCR. */
function withCarriageReturns(bytes: Uint8Array): Uint8Array {
  let newlines = 0;
  for (const byte of bytes) if (byte === newline) newlines++;
  if (newlines === 0) return bytes;
  const out = new Uint8Array(bytes.length + newlines);
  let at = 0;
  for (const byte of bytes) {
    if (byte === newline) out[at++] = carriageReturn;
    out[at++] = byte;
  }
  return out;
}
