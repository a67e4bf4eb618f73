import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import type { Backend, PortRule } from "./rules.ts";

/** `ipvs` takes turns; `iptables` picks at random (from the seed), as the real modes do. */
export type ProxyMode = "ipvs" | "iptables";

/** Which backend the next connection to a rule gets. */
export class Balancer {
  readonly #mode: ProxyMode;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #turns = new Map<string, number>();
  /** By rule, then by client. */
  readonly #sticky = new Map<string, Map<string, { readonly backend: Backend; readonly until: number }>>();

  constructor(options: { mode: ProxyMode; clock: Clock; random: Random }) {
    this.#mode = options.mode;
    this.#clock = options.clock;
    this.#random = options.random;
  }

  /** undefined: there is none. */
  pick(rule: PortRule, backends: readonly Backend[], client: string): Backend | undefined {
    if (rule.affinityMs === undefined) return this.#next(rule, backends);
    const clients = this.#clientsOf(rule);
    const known = clients.get(client);
    const now = this.#clock.now();
    const sticky = known && known.until > now ? known.backend : undefined;
    const same = sticky && backends.find(({ ip, port }) => ip === sticky.ip && port === sticky.port);
    const backend = same ?? this.#next(rule, backends);
    if (backend) clients.set(client, { backend, until: now + rule.affinityMs });
    return backend;
  }

  /** Counts from 0, for each name on its own. */
  turn(name: string): number {
    const turn = this.#turns.get(name) ?? 0;
    this.#turns.set(name, turn + 1);
    return turn;
  }

  /** The rule is gone, and so is what was remembered of it. */
  forget(rule: PortRule): void {
    this.#turns.delete(rule.id);
    this.#turns.delete(`${rule.id}@`);
    this.#sticky.delete(rule.id);
  }

  #next({ id }: PortRule, backends: readonly Backend[]): Backend | undefined {
    if (backends.length < 2) return backends[0];
    if (this.#mode === "iptables") return backends[this.#random.integer(backends.length)];
    return backends[this.turn(id) % backends.length];
  }

  #clientsOf({ id }: PortRule): Map<string, { readonly backend: Backend; readonly until: number }> {
    let clients = this.#sticky.get(id);
    if (!clients) {
      clients = new Map();
      this.#sticky.set(id, clients);
    }
    return clients;
  }
}
