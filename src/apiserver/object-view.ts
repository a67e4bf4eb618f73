import type { KubeObject, Mutable } from "../api/object.ts";
import type { AdmissionRequest } from "./admission/admission.ts";

/** How a subresource shows an object: as one of another kind, whose changes are the object's. */
export interface ObjectView {
  of(object: KubeObject): KubeObject;
  into(object: KubeObject, view: KubeObject): KubeObject;
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
