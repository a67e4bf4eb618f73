import type { Node, Pod } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import { namespaces } from "../resources/core/namespace.ts";
import type { NamespaceLabels } from "./affinity-terms.ts";
import { NodeInfo } from "./node-info.ts";
import { interleaveZones, zoneOf } from "./node-order.ts";
import { Nominations } from "./nominations.ts";
import { PodCounts } from "./pod-counts.ts";
import { TermIndex } from "./term-index.ts";
import { VolumeView } from "./volumes/volume-view.ts";

interface Placed {
  readonly pod: Pod;
  readonly node: string;
}

/** The cluster as the scheduler sees it: nodes with their pods, bound or about to be, and what can be asked of them without a scan. */
export class ClusterView {
  readonly informers: Informers;
  readonly counts: PodCounts;
  /** What placed pods want near them. */
  readonly terms: TermIndex;
  readonly nominations = new Nominations();
  readonly volumes: VolumeView;
  readonly #nodes = new Map<string, NodeInfo>();
  /** By uid. */
  readonly #placed = new Map<string, Placed>();
  /** Pods of nodes that are not there (yet, or any more), by node. */
  readonly #homeless = new Map<string, Set<string>>();
  #order: readonly NodeInfo[] | undefined;
  /** By image name: on how many nodes it is. */
  #imageSpread: ReadonlyMap<string, number> | undefined;

  constructor(informers: Informers) {
    this.informers = informers;
    this.volumes = new VolumeView(informers);
    this.counts = new PodCounts(this);
    this.terms = new TermIndex((name) => this.#nodes.get(name));
  }

  /** Zones take turns, so that the first nodes of any stretch are in different ones. */
  get nodes(): readonly NodeInfo[] {
    this.#order ??= interleaveZones([...this.#nodes.values()]);
    return this.#order;
  }

  get imageSpread(): ReadonlyMap<string, number> {
    this.#imageSpread ??= countImages(this.nodes);
    return this.#imageSpread;
  }

  readonly namespaceLabels: NamespaceLabels = (name) =>
    this.informers.for(namespaces).get({ namespace: "", name })?.metadata.labels ?? {};

  placedPods(): Iterable<Placed> {
    return this.#placed.values();
  }

  node(name: string): NodeInfo | undefined {
    return this.#nodes.get(name);
  }

  setNode(node: Node): void {
    const { name } = node.metadata;
    const known = this.#nodes.get(name);
    if (!known) {
      this.#addNode(node);
      return;
    }
    if (zoneOf(known.node) !== zoneOf(node)) this.#order = undefined;
    if (known.node.metadata.labels !== node.metadata.labels || known.node.spec !== node.spec) this.#forgetDomains();
    if (known.node.status?.images !== node.status?.images) this.#imageSpread = undefined;
    known.node = node;
  }

  removeNode(name: string): void {
    const info = this.#nodes.get(name);
    if (!info) return;
    this.#nodes.delete(name);
    this.#forgetOrder();
    if (info.pods.size > 0) this.#homeless.set(name, new Set(info.pods.keys()));
  }

  /** Where a pod is, by uid. */
  placeOf(uid: string): string | undefined {
    return this.#placed.get(uid)?.node;
  }

  /** Puts a pod on a node, or takes its newer state. */
  place(pod: Pod, node: string): void {
    const uid = pod.metadata.uid ?? "";
    const known = this.#placed.get(uid);
    if (known?.node === node && countsTheSame(known.pod, pod)) {
      this.#placed.set(uid, { pod, node });
      this.#nodes.get(node)?.refresh(pod);
      return;
    }
    if (known) this.remove(uid);
    this.#placed.set(uid, { pod, node });
    const info = this.#nodes.get(node);
    if (info) info.add(pod);
    else this.#homeless.set(node, (this.#homeless.get(node) ?? new Set()).add(uid));
    this.#move(pod, node, 1);
  }

  remove(uid: string): void {
    const known = this.#placed.get(uid);
    if (!known) return;
    const { pod, node } = known;
    this.#placed.delete(uid);
    this.#nodes.get(node)?.remove(pod);
    const homeless = this.#homeless.get(node);
    homeless?.delete(uid);
    if (homeless?.size === 0) this.#homeless.delete(node);
    this.#move(pod, node, -1);
  }

  #addNode(node: Node): void {
    const info = new NodeInfo(node);
    for (const uid of this.#homeless.get(info.name) ?? []) {
      const placed = this.#placed.get(uid);
      if (placed) info.add(placed.pod);
    }
    this.#homeless.delete(info.name);
    this.#nodes.set(info.name, info);
    this.#forgetOrder();
  }

  #forgetOrder(): void {
    this.#order = undefined;
    this.#imageSpread = undefined;
    this.#forgetDomains();
  }

  #forgetDomains(): void {
    this.counts.forgetDomains();
    this.terms.forgetDomains();
  }

  #move(pod: Pod, node: string, by: 1 | -1): void {
    this.counts.move(pod, node, by);
    this.terms.move(pod, node, by);
    this.volumes.move(pod, by);
  }
}

/** Most changes of a pod are of its status alone. */
function countsTheSame(before: Pod, now: Pod): boolean {
  const [old, spec] = [before.spec, now.spec];
  return (
    old.containers === spec.containers &&
    old.initContainers === spec.initContainers &&
    before.metadata.labels === now.metadata.labels &&
    before.metadata.deletionTimestamp === now.metadata.deletionTimestamp
  );
}

function countImages(nodes: readonly NodeInfo[]): ReadonlyMap<string, number> {
  const spread = new Map<string, number>();
  for (const { images } of nodes) for (const name of images.keys()) spread.set(name, (spread.get(name) ?? 0) + 1);
  return spread;
}
