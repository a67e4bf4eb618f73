import type { Clock } from "../sim/clock.ts";
import type { Address, Destination } from "./network.ts";

/** As nf_conntrack_udp_timeout and nf_conntrack_udp_timeout_stream. */
const unansweredMs = 30_000;
const answeredMs = 120_000;
const sweepAbove = 1024;

interface UdpFlow {
  readonly from: Address;
  /** Where the sender believes it sends. */
  readonly to: Address;
  readonly destination: Destination;
  /** Whom the receiver sees. */
  readonly source: Address;
  until: number;
}

/**
 * Remembers UDP exchanges, as Linux's connection tracking does: later datagrams of a flow go where the first went,
 * and answers pass back under the address that was asked.
 */
export class UdpFlows {
  readonly #clock: Clock;
  readonly #forward = new Map<string, UdpFlow>();
  readonly #backward = new Map<string, UdpFlow>();
  #sweepAt = sweepAbove;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  find(from: Address, to: Address): UdpFlow | undefined {
    return this.#live(this.#forward.get(keyOf(from, to)));
  }

  /** The flow that a datagram from `from` to `to` answers. */
  findAnswered(from: Address, to: Address): UdpFlow | undefined {
    const flow = this.#live(this.#backward.get(keyOf(from, to)));
    if (flow) flow.until = this.#clock.now() + answeredMs;
    return flow;
  }

  add(flow: Omit<UdpFlow, "until">): void {
    const entry = { ...flow, until: this.#clock.now() + unansweredMs };
    this.#forward.set(keyOf(flow.from, flow.to), entry);
    this.#backward.set(keyOf(flow.destination, flow.source), entry);
    if (this.#forward.size > this.#sweepAt) this.#sweep();
  }

  forget(flow: UdpFlow): void {
    this.#forward.delete(keyOf(flow.from, flow.to));
    this.#backward.delete(keyOf(flow.destination, flow.source));
  }

  forgetAll(matches: (to: Address, destination: Address) => boolean): void {
    for (const flow of this.#forward.values()) if (matches(flow.to, flow.destination)) this.forget(flow);
  }

  #live(flow: UdpFlow | undefined): UdpFlow | undefined {
    return flow && flow.until > this.#clock.now() ? flow : undefined;
  }

  #sweep(): void {
    for (const flow of this.#forward.values()) if (!this.#live(flow)) this.forget(flow);
    this.#sweepAt = Math.max(sweepAbove, this.#forward.size * 2);
  }
}

function keyOf(from: Address, to: Address): string {
  return `${from.ip}:${from.port}>${to.ip}:${to.port}`;
}
