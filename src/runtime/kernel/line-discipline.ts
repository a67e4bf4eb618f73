import type { Signal } from "../process.ts";
import { encodeText } from "../text.ts";

/** What becomes of typed keys. */
export interface LineEvents {
  echo(bytes: Uint8Array): void;
  /** A finished line with its newline; empty: end of file. */
  line(bytes: Uint8Array): void;
  signal(signal: Signal): void;
}

const keys = { interrupt: 3, endOfFile: 4, backspace: 8, newline: 10, carriageReturn: 13, killLine: 21 } as const;
const moreKeys = { eraseWord: 23, suspend: 26, quit: 28, erase: 127 } as const;
const signals: Readonly<Record<number, Signal>> = {
  [keys.interrupt]: "SIGINT",
  [moreKeys.quit]: "SIGQUIT",
  [moreKeys.suspend]: "SIGTSTP",
};
const longestLine = 4096;
const space = 32;
const eraseOne = "\b \b";

/** How a cooked terminal edits a line: termios(3) with Linux's usual settings. */
export class LineDiscipline {
  readonly #events: LineEvents;
  #line: number[] = [];
  #echo: number[] = [];

  constructor(events: LineEvents) {
    this.#events = events;
  }

  type(bytes: Uint8Array): void {
    for (const byte of bytes) this.#key(byte);
    this.#flushEcho();
  }

  /** Cbreak: each key is handed over at once, unless it is a signal. */
  typeAtOnce(bytes: Uint8Array): void {
    const given: number[] = [];
    for (const byte of bytes) {
      const signal = signals[byte];
      if (signal !== undefined) this.#interrupt(signal, byte);
      else {
        const key = byte === keys.carriageReturn ? keys.newline : byte;
        given.push(key);
        if (key === keys.newline) this.#echo.push(key);
        else this.#show(key);
      }
    }
    this.#flushEcho();
    if (given.length > 0) this.#events.line(Uint8Array.from(given));
  }

  takeUnfinished(): Uint8Array {
    return Uint8Array.from(this.#line.splice(0));
  }

  #key(byte: number): void {
    const signal = signals[byte];
    if (signal !== undefined) return this.#interrupt(signal, byte);
    switch (byte) {
      case keys.newline:
      case keys.carriageReturn:
        return this.#finish();
      case keys.endOfFile:
        return this.#events.line(this.takeUnfinished());
      case keys.backspace:
      case moreKeys.erase:
        return this.#erase();
      case keys.killLine:
        while (this.#line.length > 0) this.#erase();
        return undefined;
      case moreKeys.eraseWord:
        return this.#eraseWord();
      default:
        return this.#add(byte);
    }
  }

  #add(byte: number): void {
    if (this.#line.length >= longestLine - 1) return;
    this.#line.push(byte);
    this.#show(byte);
  }

  /** A control character is shown as ^X. */
  #show(byte: number): void {
    if (byte < space && byte !== 9) this.#echo.push(94, byte + 64);
    else this.#echo.push(byte);
  }

  #finish(): void {
    this.#echo.push(keys.newline);
    this.#flushEcho();
    this.#line.push(keys.newline);
    this.#events.line(this.takeUnfinished());
  }

  #interrupt(signal: Signal, byte: number): void {
    this.#show(byte);
    this.#flushEcho();
    this.#line = [];
    this.#events.signal(signal);
  }

  /** A character, whatever its bytes. */
  #erase(): void {
    let byte = this.#line.pop();
    if (byte === undefined) return;
    const isControl = byte < space && byte !== 9;
    while (byte !== undefined && (byte & 0xc0) === 0x80) byte = this.#line.pop();
    this.#echo.push(...encodeText(isControl ? eraseOne + eraseOne : eraseOne));
  }

  #eraseWord(): void {
    while (this.#line.at(-1) === space) this.#erase();
    while (this.#line.length > 0 && this.#line.at(-1) !== space) this.#erase();
  }

  #flushEcho(): void {
    if (this.#echo.length > 0) this.#events.echo(Uint8Array.from(this.#echo.splice(0)));
  }
}
