import type { Node, Pod } from "../api/types.gen.ts";
import { addResources, type Resources, requestsOf, resourcesOf, subtractResources } from "./resources.ts";

/** A node with what is already on it; kept up to date pod by pod. */
export class NodeInfo {
  node: Node;
  allocatable: Resources;
  readonly pods = new Map<string, Pod>();
  requested: Resources = {};

  constructor(node: Node) {
    this.node = node;
    this.allocatable = resourcesOf(node.status?.allocatable ?? {});
  }

  get name(): string {
    return this.node.metadata.name;
  }

  setNode(node: Node): void {
    this.node = node;
    this.allocatable = resourcesOf(node.status?.allocatable ?? {});
  }

  addPod(pod: Pod): void {
    const uid = pod.metadata.uid ?? "";
    this.removePod(uid);
    this.pods.set(uid, pod);
    this.requested = addResources(this.requested, requestsOf(pod));
  }

  removePod(uid: string): void {
    const pod = this.pods.get(uid);
    if (!pod) return;
    this.pods.delete(uid);
    this.requested = subtractResources(this.requested, requestsOf(pod));
  }
}
