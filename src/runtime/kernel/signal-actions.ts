import { describeError, type Log } from "../../sim/log.ts";
import { Killed, type Signal } from "../process.ts";

export type SignalAction = (() => void) | "ignore";

const noSignals: ReadonlySet<Signal> = new Set();

/** What a process wants done when a signal comes. SIGKILL and SIGSTOP it has no say in. */
export class SignalActions {
  /** Most processes have nothing to say. */
  #actions: Map<Signal, SignalAction> | undefined;

  constructor(ignored: ReadonlySet<Signal>) {
    if (ignored.size > 0) this.#actions = new Map([...ignored].map((signal) => [signal, "ignore"]));
  }

  /** What a child is born to ignore. */
  get ignored(): ReadonlySet<Signal> {
    if (!this.#actions) return noSignals;
    const ignored = new Set<Signal>();
    for (const [signal, action] of this.#actions) if (action === "ignore") ignored.add(signal);
    return ignored;
  }

  get(signal: Signal): SignalAction | undefined {
    return this.#actions?.get(signal);
  }

  set(signal: Signal, action: SignalAction | undefined): void {
    if (signal === "SIGKILL" || signal === "SIGSTOP") return;
    if (action === undefined) this.#actions?.delete(signal);
    else (this.#actions ??= new Map()).set(signal, action);
  }

  /** execve(2): handlers are gone, what is ignored stays so. */
  forgetHandlers(): void {
    for (const [signal, action] of this.#actions ?? []) if (action !== "ignore") this.#actions?.delete(signal);
  }
}

/** What a handler lets through is a bug, and logged: it must not end whoever sent the signal. */
export function runHandler(handler: () => void, log: Log): void {
  try {
    handler();
  } catch (error) {
    if (!(error instanceof Killed)) log.write("error", describeError(error));
  }
}
