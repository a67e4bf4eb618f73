import type { Child } from "../process.ts";
import type { GuestProcess } from "./guest-process.ts";

/** A child as its parent holds it: asking for `exit` is wait(2), which reaps it. */
export class ChildHandle implements Child {
  readonly #process: GuestProcess;

  constructor(process: GuestProcess) {
    this.#process = process;
  }

  get pid(): number {
    return this.#process.pid;
  }

  get exit(): Promise<number> {
    this.#process.reap();
    return this.#process.ended;
  }

  async whenStopped(): Promise<void> {
    if (!this.#process.isStopped) await this.#process.stops.wait();
  }
}
