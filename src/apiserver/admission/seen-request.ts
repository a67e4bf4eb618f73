import type { KubeObject } from "../../api/object.ts";
import { apiVersionOf, type ResourceDefinition } from "../../resources/definition.ts";
import type { AdmissionRequest } from "./admission.ts";
import { newObject } from "./request-facts.ts";

/** A request's objects in the version that a rule asked for: the request's own or an equivalent. */
export interface SeenRequest {
  readonly matched: ResourceDefinition;
  /** None for what is to go. */
  readonly object: KubeObject | undefined;
  readonly previous: KubeObject | undefined;
}

/** Rejects with ApiError where a webhook of the resource's does not convert. */
export async function seenAs(request: AdmissionRequest, matched: ResourceDefinition): Promise<SeenRequest> {
  const { resource, previous } = request;
  const object = newObject(request);
  if (matched === resource) return { matched, object, previous };
  return {
    matched,
    object: object && (await inVersion(object, resource, matched)),
    previous: previous && (await inVersion(previous, resource, matched)),
  };
}

/** An object in another version of its resource. What is of a kind of its own, as a subresource may be, has but one. */
export async function inVersion(
  object: KubeObject,
  from: ResourceDefinition,
  to: ResourceDefinition,
): Promise<KubeObject> {
  if (from === to || object.kind !== from.kind) return object;
  const { conversion } = to.storedAs ?? {};
  const [converted] = conversion ? await conversion.convert([object], apiVersionOf(to)) : [];
  if (converted) return to.storedAs?.fromStored(converted) ?? converted;
  const stored = from.storedAs ? from.storedAs.toStored(object) : object;
  return to.storedAs ? to.storedAs.fromStored(stored) : stored;
}
