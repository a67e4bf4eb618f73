import type { KubeObject } from "../api/object.ts";
import { formatLabels, formatLabelSelector } from "../api/selectors.ts";
import { invalid, invalidObject } from "../api/status.ts";
import type { LabelSelector, Scale } from "../api/types.gen.ts";

/** What of a scalable object its Scale shows. */
interface Scalable extends KubeObject {
  readonly spec: { readonly replicas?: number; readonly selector?: LabelSelector | Readonly<Record<string, string>> };
  readonly status?: { readonly replicas?: number };
}

/** How many there are and shall be. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/ */
export function scaleOf(object: KubeObject): Scale {
  const { metadata, spec, status } = object as Scalable;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const selector = selectorText(object as Scalable);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    spec: spec.replicas === undefined ? {} : { replicas: spec.replicas },
    status: { replicas: status?.replicas ?? 0, ...(selector ? { selector } : {}) },
  };
}

/** The object with the replicas of a changed Scale, whatever else has changed of it meanwhile. Throws Invalid. */
export function withReplicas(object: KubeObject, scale: KubeObject): KubeObject {
  const { spec, metadata } = scale as Scale;
  const replicas = spec?.replicas ?? 0;
  if (replicas < 0) {
    const error = invalid("spec.replicas", replicas, "must be greater than or equal to 0");
    throw invalidObject({ group: "autoscaling", kind: "Scale" }, metadata.name, [error]);
  }
  const { resourceVersion: _, ...kept } = object.metadata;
  return { ...object, metadata: kept, spec: { ...(object as Scalable).spec, replicas } } as KubeObject;
}

/** ReplicationControllers select by plain labels. */
function selectorText({ kind, apiVersion, spec }: Scalable): string {
  const isPlain = kind === "ReplicationController" && apiVersion === "v1";
  const text = isPlain
    ? formatLabels(spec.selector as Readonly<Record<string, string>>)
    : formatLabelSelector(spec.selector);
  return text === "<none>" ? "" : text;
}
