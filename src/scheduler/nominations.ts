import type { Pod } from "../api/types.gen.ts";

/** Pods that wait for a node on which others had to make room. https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#user-exposed-information */
export class Nominations {
  readonly #byNode = new Map<string, Map<string, Pod>>();
  readonly #nodes = new Map<string, string>();

  get isEmpty(): boolean {
    return this.#nodes.size === 0;
  }

  on(node: string): readonly Pod[] {
    return [...(this.#byNode.get(node)?.values() ?? [])];
  }

  nodeOf(uid: string): string | undefined {
    return this.#nodes.get(uid);
  }

  set(pod: Pod, node: string): void {
    const uid = pod.metadata.uid ?? "";
    this.remove(uid);
    this.#nodes.set(uid, node);
    this.#byNode.set(node, (this.#byNode.get(node) ?? new Map<string, Pod>()).set(uid, pod));
  }

  remove(uid: string): void {
    const node = this.#nodes.get(uid);
    if (node === undefined) return;
    this.#nodes.delete(uid);
    const pods = this.#byNode.get(node);
    pods?.delete(uid);
    if (pods?.size === 0) this.#byNode.delete(node);
  }
}
