import type { Pod } from "../../api/types.gen.ts";
import type { Informers } from "../../client/informer.ts";
import { pods } from "../../resources/core/pod.ts";

const byNode = "node-name";

/** Makes `podsOnNode` possible; call from a controller's `start`. */
export function indexPodsByNode(informers: Informers): void {
  informers.for(pods).addIndex(byNode, ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));
}

/** The pods that are bound to a node, whether or not there is such a node. */
export function podsOnNode(name: string, informers: Informers): readonly Pod[] {
  return informers.for(pods).byIndex(byNode, name);
}
