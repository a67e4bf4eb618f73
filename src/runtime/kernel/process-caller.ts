import type { Random } from "../../sim/random.ts";
import type { Caller } from "../files/inode.ts";
import type { Descriptor, User } from "../process.ts";
import type { GuestProcess } from "./guest-process.ts";

/** A process as the file system knows it. */
export class ProcessCaller implements Caller {
  readonly #process: GuestProcess;

  constructor(process: GuestProcess) {
    this.#process = process;
  }

  get user(): User {
    return this.#process.user;
  }

  get umask(): number {
    return this.#process.umask;
  }

  get process(): this {
    return this;
  }

  get pid(): number {
    return this.#process.pid;
  }

  get random(): Random {
    return this.#process.random;
  }

  openTerminal(): Descriptor | undefined {
    return this.#process.terminal?.slave.retain();
  }
}
