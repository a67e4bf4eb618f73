import type { KubeObject } from "../api/object.ts";
import { formatLabels, formatLabelSelector } from "../api/selectors.ts";
import { internalError, invalid, invalidObject } from "../api/status.ts";
import type { LabelSelector, Scale } from "../api/types.gen.ts";
import type { ScalePaths } from "./definition.ts";

/** What of a scalable object its Scale shows. */
interface Scalable extends KubeObject {
  readonly spec: { readonly replicas?: number; readonly selector?: LabelSelector | Readonly<Record<string, string>> };
  readonly status?: { readonly replicas?: number };
}

/**
 * How many there are and shall be; `paths` tell where a custom resource says so.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
 */
export function scaleOf(object: KubeObject, paths?: ScalePaths): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const { replicas, found, selector } = paths ? countsAt(object, paths) : countsOf(object as Scalable);
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
    spec: replicas === undefined ? {} : { replicas },
    status: { replicas: found ?? 0, ...(selector ? { selector } : {}) },
  };
}

interface Counts {
  readonly replicas?: number | undefined;
  readonly found?: number | undefined;
  readonly selector?: string | undefined;
}

function countsOf(object: Scalable): Counts {
  return { replicas: object.spec.replicas, found: object.status?.replicas, selector: selectorText(object) };
}

function countsAt(object: KubeObject, { specReplicas, statusReplicas, labelSelector }: ScalePaths): Counts {
  const replicas = fieldAt(object, specReplicas);
  if (replicas === undefined) {
    throw internalError(`the spec replicas field ".${specReplicas.join(".")}" does not exist`);
  }
  return {
    replicas: Number(replicas),
    found: Number(fieldAt(object, statusReplicas) ?? 0),
    ...(labelSelector ? { selector: textAt(object, labelSelector) } : {}),
  };
}

function textAt(object: KubeObject, path: readonly string[]): string {
  const text = fieldAt(object, path);
  return typeof text === "string" ? text : "";
}

function fieldAt(object: unknown, [first, ...rest]: readonly string[]): unknown {
  if (first === undefined) return object;
  return typeof object === "object" && object !== null
    ? fieldAt((object as Record<string, unknown>)[first], rest)
    : undefined;
}

/** The object with another value at a path; everything beside the path is shared. */
function withField(object: unknown, [first, ...rest]: readonly string[], value: unknown): unknown {
  if (first === undefined) return value;
  const fields = (object ?? {}) as Record<string, unknown>;
  return { ...fields, [first]: withField(fields[first], rest, value) };
}

/** The object with the replicas of a changed Scale, whatever else has changed of it meanwhile. Throws Invalid. */
export function withReplicas(object: KubeObject, scale: KubeObject, paths?: ScalePaths): KubeObject {
  const { spec, metadata } = scale as Scale;
  const replicas = spec?.replicas ?? 0;
  if (replicas < 0) {
    const error = invalid("spec.replicas", replicas, "must be greater than or equal to 0");
    throw invalidObject({ group: "autoscaling", kind: "Scale" }, metadata.name, [error]);
  }
  const { resourceVersion: _, ...kept } = object.metadata;
  return withField({ ...object, metadata: kept }, paths?.specReplicas ?? ["spec", "replicas"], replicas) as KubeObject;
}

/** ReplicationControllers select by plain labels. */
function selectorText({ kind, apiVersion, spec }: Scalable): string {
  const isPlain = kind === "ReplicationController" && apiVersion === "v1";
  const text = isPlain
    ? formatLabels(spec.selector as Readonly<Record<string, string>>)
    : formatLabelSelector(spec.selector);
  return text === "<none>" ? "" : text;
}
