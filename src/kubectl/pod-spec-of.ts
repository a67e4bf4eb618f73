import type { KubeObject } from "../api/object.ts";
import type { PodSpec, PodTemplateSpec } from "../api/types.gen.ts";
import { KubectlError } from "./kubectl-error.ts";

interface WithTemplate {
  readonly spec?: {
    readonly template?: PodTemplateSpec;
    readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplateSpec } };
  };
}

/** The pods that an object makes, or is; undefined: it has none. */
export function podSpecOf(object: KubeObject): PodSpec | undefined {
  return object.kind === "Pod" ? (object as KubeObject & { spec?: PodSpec }).spec : podTemplateOf(object)?.spec;
}

function podTemplateOf(object: KubeObject): PodTemplateSpec | undefined {
  const { spec } = object as WithTemplate;
  return spec?.jobTemplate?.spec?.template ?? spec?.template;
}

/** The object with another pod spec. Throws KubectlError when it has none. */
export function withPodSpec(object: KubeObject, change: (spec: PodSpec) => PodSpec): KubeObject {
  const spec = podSpecOf(object);
  if (!spec) throw new KubectlError(`the object is not a pod or does not have a pod template: ${object.kind}`);
  const own = (object as KubeObject & { spec: Record<string, unknown> }).spec;
  if (object.kind === "Pod") return { ...object, spec: change(spec) } as KubeObject;
  const template = { ...podTemplateOf(object), spec: change(spec) };
  const job = own["jobTemplate"] as { spec?: object } | undefined;
  const changed = job ? { ...own, jobTemplate: { ...job, spec: { ...job.spec, template } } } : { ...own, template };
  return { ...object, spec: changed } as KubeObject;
}
