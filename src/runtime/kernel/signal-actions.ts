import type { Signal } from "../process.ts";

export type SignalAction = (() => void) | "ignore";

/** What a process wants done when a signal comes. SIGKILL and SIGSTOP it has no say in. */
export class SignalActions {
  readonly #actions: Map<Signal, SignalAction>;

  constructor(ignored: ReadonlySet<Signal>) {
    this.#actions = new Map([...ignored].map((signal) => [signal, "ignore"]));
  }

  /** What a child is born to ignore. */
  get ignored(): ReadonlySet<Signal> {
    const ignored = new Set<Signal>();
    for (const [signal, action] of this.#actions) if (action === "ignore") ignored.add(signal);
    return ignored;
  }

  get(signal: Signal): SignalAction | undefined {
    return this.#actions.get(signal);
  }

  set(signal: Signal, action: SignalAction | undefined): void {
    if (signal === "SIGKILL" || signal === "SIGSTOP") return;
    if (action === undefined) this.#actions.delete(signal);
    else this.#actions.set(signal, action);
  }

  /** execve(2): handlers are gone, what is ignored stays so. */
  forgetHandlers(): void {
    for (const [signal, action] of this.#actions) if (action !== "ignore") this.#actions.delete(signal);
  }
}
