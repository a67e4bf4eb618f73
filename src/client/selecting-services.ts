import { matchesLabels } from "../api/selectors.ts";
import type { Pod, Service } from "../api/types.gen.ts";
import { services } from "../resources/core/service.ts";
import type { Informers } from "./informer.ts";

const index = "first-selected-label";

/** Finds the Services whose selector a pod matches, however many others there are. One without a selector selects nothing. */
export function selectingServices(informers: Informers): (pod: Pod) => readonly Service[] {
  const all = informers.for(services);
  all.addIndex(index, ({ metadata, spec }) => labelPairs(metadata.namespace, spec.selector).slice(0, 1));
  return ({ metadata }) =>
    labelPairs(metadata.namespace, metadata.labels)
      .flatMap((pair) => all.byIndex(index, pair))
      .filter(({ spec }) => matchesLabels(spec.selector ?? {}, metadata.labels ?? {}));
}

/** `namespace/key=value`, in the labels' order. */
export function labelPairs(namespace = "", labels: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries(labels).map(([key, value]) => `${namespace}/${key}=${value}`);
}
