import { describeError } from "../../sim/log.ts";
import { SystemError } from "../process.ts";
import { OpenDescription } from "./open-description.ts";
import { Turnstile } from "./turnstile.ts";

/** The writing end of something outside: a log, a client's stdout. Told apart from a file by its kind. */
export class SinkDescription extends OpenDescription {
  readonly kind = "pipe";
  readonly #send: (bytes: Uint8Array) => Promise<void> | undefined;
  readonly #closing = new Turnstile();
  #isBroken = false;
  /** Resolves when no process holds it any more. */
  readonly closed = this.#closing.wait();

  /** When `send` rejects, its reader has gone: further writes fail with EPIPE. */
  constructor(send: (bytes: Uint8Array) => Promise<void> | undefined) {
    super();
    this.#send = send;
  }

  /** Nobody listens any more. */
  break(): void {
    this.#isBroken = true;
  }

  override put(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#isBroken) throw new SystemError("EPIPE");
    return this.#send(bytes)?.catch((error: unknown) => {
      this.#isBroken = true;
      const broken = new SystemError("EPIPE");
      broken.cause = describeError(error);
      throw broken;
    });
  }

  protected override close(): void {
    this.#closing.open();
  }
}
