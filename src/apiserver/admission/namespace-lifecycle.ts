import { ApiError, forbidden, notFound } from "../../api/status.ts";
import type { Namespace } from "../../api/types.gen.ts";
import type { AdmissionStep } from "./admission.ts";

const namespaceName = { group: "", plural: "namespaces" };

/** Nothing is made in a namespace that does not exist or is going away. */
export const namespaceLifecycle: AdmissionStep = {
  name: "NamespaceLifecycle",

  admit({ operation, resource, object, registry }) {
    if (operation !== "CREATE" || !resource.namespaced) return;
    const name = object.metadata.namespace ?? "";
    const resourceOfNamespaces = registry.catalogue.find("", "v1", "namespaces");
    const namespace =
      resourceOfNamespaces && (registry.find(resourceOfNamespaces, { namespace: "", name }) as Namespace | undefined);
    if (!namespace) throw notFound(namespaceName, name);
    if (namespace.status?.phase !== "Terminating") return;
    throw terminating(forbidden(resource, object.metadata.name, whyTerminating(name)), name);
  },
};

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
