import { ApiError, forbidden, notFound } from "../../api/status.ts";
import type { Namespace } from "../../api/types.gen.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import type { AdmissionRequest, AdmissionStep } from "./admission.ts";

const namespaces = { group: "", plural: "namespaces" };

/** They stay as long as the cluster does. */
const immortal = new Set(["default", "kube-system", "kube-public"]);

/** Nothing is made in a namespace that does not exist or is going away, below its objects either. */
export const namespaceLifecycle: AdmissionStep = {
  name: "NamespaceLifecycle",
  seesEverything: true,

  admit(request) {
    const { operation, resource } = request;
    if (operation === "DELETE") refuseImmortal(request);
    if (operation === "CREATE" && resource.namespaced && !isQuestion(resource)) refuseTerminating(request);
  },
};

function refuseImmortal({ resource, object: { metadata } }: AdmissionRequest): void {
  if (resource.group !== "" || resource.kind !== "Namespace" || !immortal.has(metadata.name)) return;
  throw forbidden(namespaces, metadata.name, "this namespace may not be deleted");
}

function refuseTerminating({ resource, object, key, registry }: AdmissionRequest): void {
  const name = key?.namespace ?? object.metadata.namespace ?? "";
  const resourceOfNamespaces = registry.catalogue.find("", "v1", "namespaces");
  const namespace =
    resourceOfNamespaces && (registry.find(resourceOfNamespaces, { namespace: "", name }) as Namespace | undefined);
  if (!namespace) throw notFound(namespaces, name);
  if (namespace.status?.phase !== "Terminating") return;
  throw terminating(forbidden(resource, key?.name ?? object.metadata.name, whyTerminating(name)), name);
}

/** Who asks what they may do is not told what there is. */
function isQuestion({ group }: ResourceDefinition): boolean {
  return group === "authorization.k8s.io";
}

function whyTerminating(namespace: string): string {
  return `unable to create new content in namespace ${namespace} because it is being terminated`;
}

/** Controllers recognise this cause and stop trying. */
function terminating({ status, message }: ApiError, namespace: string): ApiError {
  const cause = {
    reason: "NamespaceTerminating",
    message: `namespace ${namespace} is being terminated`,
    field: "metadata.namespace",
  };
  return new ApiError(403, "Forbidden", message, { ...status.details, causes: [cause] });
}
