/** Amounts that all but the pods has taken of a node: bytes, and a number of processes. */
export interface TakenAmounts {
  readonly memory?: number;
  readonly "ephemeral-storage"?: number;
  readonly pids?: number;
}

/** What the node's own daemons use: the container runtime, the kubelet, the system. */
const daemons = {
  nanoCores: 28_000_000,
  memory: 310 * 1024 * 1024,
  "ephemeral-storage": 4 * 1024 ** 3,
  pids: 140,
} as const;

/** What a node has lost to others than its pods. */
export class NodeLoad {
  readonly #taken = new Set<TakenAmounts>();

  readonly nanoCores = daemons.nanoCores;

  /** The returned function gives it back. */
  take(amounts: TakenAmounts): () => void {
    const mine = { ...amounts };
    this.#taken.add(mine);
    return () => {
      this.#taken.delete(mine);
    };
  }

  /** The daemons have their part in what is taken. */
  amountOf(resource: keyof TakenAmounts): number {
    let sum = 0;
    for (const amounts of this.#taken) sum += amounts[resource] ?? 0;
    return Math.max(sum, daemons[resource]);
  }
}
