import type { KubeObject } from "../../api/object.ts";
import { methodNotAllowed } from "../../api/status.ts";
import type { CertificateSigningRequest, Namespace, Pod } from "../../api/types.gen.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import { getVerb } from "../verbs/get.ts";
import { patchVerb } from "../verbs/patch.ts";
import { type Narrow, updateVerb } from "../verbs/update.ts";
import type { SubresourceHandler } from "./handlers.ts";

/** Subresources through which only one part of an object can be changed. */
export const partialUpdateHandlers: readonly SubresourceHandler[] = [
  partialUpdate("pods", "ephemeralcontainers", (current, wanted) => {
    const { ephemeralContainers: _, ...spec } = (current as Pod).spec;
    const { ephemeralContainers } = (wanted as Pod).spec;
    const metadata = addressedAs(current, wanted);
    return { ...current, metadata, spec: { ...spec, ...(ephemeralContainers ? { ephemeralContainers } : {}) } } as Pod;
  }),
  partialUpdate("namespaces", "finalize", (current, wanted) => {
    const { finalizers: _, ...spec } = (current as Namespace).spec ?? {};
    const { finalizers } = (wanted as Namespace).spec ?? {};
    const { metadata } = wanted;
    return { ...current, metadata, spec: { ...spec, ...(finalizers ? { finalizers } : {}) } } as Namespace;
  }),
  partialUpdate("certificatesigningrequests", "approval", (current, wanted) => {
    const request = current as CertificateSigningRequest;
    const { conditions } = (wanted as CertificateSigningRequest).status ?? {};
    const { metadata } = wanted;
    return { ...request, metadata, status: { ...request.status, ...(conditions ? { conditions } : {}) } } as KubeObject;
  }),
];

/** What it was, under the version and UID of the request: others than those stored are a conflict. */
function addressedAs({ metadata }: KubeObject, wanted: KubeObject): KubeObject["metadata"] {
  const { resourceVersion, uid } = wanted.metadata;
  return { ...metadata, ...(resourceVersion ? { resourceVersion } : {}), ...(uid ? { uid } : {}) };
}

function partialUpdate(plural: string, subresource: string, narrow: Narrow): SubresourceHandler {
  return {
    subresource,
    serves: (resource: ResourceDefinition) => resource.plural === plural,
    async handle(call) {
      switch (call.route.verb) {
        case "get":
          return getVerb(call);
        case "update":
          return updateVerb(call, narrow);
        case "patch":
          return patchVerb(call, narrow);
        default:
          throw methodNotAllowed();
      }
    },
  };
}
