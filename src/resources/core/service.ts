import { formatLabels } from "../../api/selectors.ts";
import type { Service } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { dns1035Label } from "../names.ts";
import { clearAbandonedFields, keepAllocatedFields } from "./service/allocated-fields.ts";
import { externalIpText, portsText } from "./service/columns.ts";
import { defaultService, defaultServiceStatus } from "./service/defaults.ts";
import { serviceStatusErrors } from "./service/status-errors.ts";
import { serviceErrors } from "./service/validation.ts";
import { serviceWarnings } from "./service/warnings.ts";

/** One stable address for a changing set of pods. https://kubernetes.io/docs/concepts/services-networking/service/ */
export const services: ResourceDefinition<Service> = {
  group: "",
  version: "v1",
  kind: "Service",
  plural: "services",
  shortNames: ["svc"],
  categories: ["all"],
  namespaced: true,
  nameRule: dns1035Label,
  type: "io.k8s.api.core.v1.Service",
  subresources: ["proxy", "status"],
  columns: [
    name,
    { name: "Type", value: ({ spec }) => spec.type ?? "" },
    { name: "Cluster-IP", value: ({ spec }) => spec.clusterIPs?.[0] ?? "<none>" },
    { name: "External-IP", value: (service) => externalIpText(service) },
    { name: "Port(s)", value: ({ spec }) => portsText(spec.ports ?? []) },
    age,
    { name: "Selector", priority: 1, value: ({ spec }) => formatLabels(spec.selector) },
  ],
  selectableFields: {
    "spec.clusterIP": ({ spec }) => spec.clusterIP ?? "",
    "spec.type": ({ spec }) => spec.type ?? "",
  },

  default(service) {
    defaultService(service);
  },

  prepareForCreate(service) {
    service.status = { loadBalancer: {} };
    if (service.spec.clusterIP && !service.spec.clusterIPs?.length) service.spec.clusterIPs = [service.spec.clusterIP];
  },

  prepareForUpdate(service, previous) {
    keepAllocatedFields(service, previous);
    clearAbandonedFields(service, previous);
  },

  prepareForStatus(service) {
    defaultServiceStatus(service);
  },

  validate: (service, previous) => serviceErrors(service, previous),
  validateStatus: (service) => serviceStatusErrors(service),
  warnings: (service) => serviceWarnings(service),
};
