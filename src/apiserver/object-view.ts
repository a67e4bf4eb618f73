import type { KubeObject, Mutable } from "../api/object.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import { scaleOf, withReplicas } from "../resources/scale.ts";
import type { AdmissionRequest } from "./admission/admission.ts";

/** How a subresource shows an object: as one of another kind, whose changes are the object's. */
export interface ObjectView {
  of(object: KubeObject): KubeObject;
  into(object: KubeObject, view: KubeObject): KubeObject;
}

/** What is scalable, as a Scale. */
export function scaleView({ scalePaths }: ResourceDefinition): ObjectView {
  return {
    of: (object) => scaleOf(object, scalePaths),
    into: (object, scale) => withReplicas(object, scale, scalePaths),
  };
}

/** An update as admission sees it through a subresource. */
export function viewed(request: AdmissionRequest, view: ObjectView | undefined): AdmissionRequest {
  if (!view) return request;
  const { object, previous } = request;
  return {
    ...request,
    object: view.of(object) as Mutable<KubeObject>,
    ...(previous ? { previous: view.of(previous) } : {}),
  };
}

/** The object as admission has left it. */
export function admitted(whole: AdmissionRequest, seen: AdmissionRequest, view: ObjectView | undefined): KubeObject {
  return view ? view.into(whole.object, seen.object) : whole.object;
}
