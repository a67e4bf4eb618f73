import type { Node, Pod } from "../api/types.gen.ts";
import { addHostPorts, hostPortsOf } from "./host-ports.ts";
import { addAmounts, type Amounts, amountsOf, ratedRequestsOf, requestsOf } from "./requests.ts";

/** A node with what is on it: pods that are bound to it, and those about to be. Adding and removing is exact, so both undo each other. */
export class NodeInfo {
  readonly name: string;
  readonly pods = new Map<string, Pod>();
  /** What the pods ask for together. */
  readonly requested = new Map<string, number>();
  /** The same, for rating. */
  readonly rated = { cpu: 0, memory: 0 };
  /** Host ports in use, by `TCP 80`, with how often at each IP. */
  readonly hostPorts = new Map<string, Map<string, number>>();
  /** Image names without a digest as the node's status tells them, with their sizes in bytes. */
  images: ReadonlyMap<string, number> = new Map();
  #node: Node;
  #allocatable: Amounts = new Map();

  constructor(node: Node) {
    this.name = node.metadata.name;
    this.#node = node;
    this.node = node;
  }

  get node(): Node {
    return this.#node;
  }

  set node(node: Node) {
    const { status } = node;
    if (status?.allocatable !== this.#node.status?.allocatable || this.#allocatable.size === 0) {
      this.#allocatable = amountsOf(status?.allocatable ?? {});
    }
    if (status?.images !== this.#node.status?.images || this.images.size === 0) {
      this.images = new Map(
        (status?.images ?? []).flatMap(({ names = [], sizeBytes = 0 }) => names.map((name) => [name, sizeBytes])),
      );
    }
    this.#node = node;
  }

  get allocatable(): Amounts {
    return this.#allocatable;
  }

  get labels(): Readonly<Record<string, string>> {
    return this.#node.metadata.labels ?? noLabels;
  }

  add(pod: Pod): void {
    this.#count(pod, 1);
    this.pods.set(pod.metadata.uid ?? "", pod);
  }

  remove(pod: Pod): void {
    const uid = pod.metadata.uid ?? "";
    const present = this.pods.get(uid);
    if (!present) return;
    this.pods.delete(uid);
    this.#count(present, -1);
  }

  /** Takes a newer state of a pod that asks for the same. */
  refresh(pod: Pod): void {
    this.pods.set(pod.metadata.uid ?? "", pod);
  }

  #count(pod: Pod, by: 1 | -1): void {
    addAmounts(this.requested, requestsOf(pod), by);
    const { cpu, memory } = ratedRequestsOf(pod);
    this.rated.cpu += by * cpu;
    this.rated.memory += by * memory;
    addHostPorts(this.hostPorts, hostPortsOf(pod), by);
  }
}

const noLabels: Readonly<Record<string, string>> = {};
