import type { KubeObject, Mutable } from "../../api/object.ts";
import { type FieldError, invalid, required } from "../../api/status.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { check, dns1035Label, dnsSubdomain, pathSegment } from "../names.ts";

/** Who serves one version of one API group: this server, or a Service in the cluster. */
export interface ApiService extends KubeObject {
  readonly spec: {
    readonly group?: string;
    readonly version?: string;
    readonly groupPriorityMinimum: number;
    readonly versionPriority: number;
    readonly service?: { readonly namespace?: string; readonly name?: string; readonly port?: number };
    readonly caBundle?: string;
    readonly insecureSkipTLSVerify?: boolean;
  };
  readonly status?: { readonly conditions?: readonly ApiServiceCondition[] };
}

export interface ApiServiceCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/ */
export const apiServices: ResourceDefinition<ApiService> = {
  group: "apiregistration.k8s.io",
  version: "v1",
  kind: "APIService",
  plural: "apiservices",
  type: "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService",
  categories: ["api-extensions"],
  namespaced: false,
  nameRule: pathSegment,
  subresources: ["status"],
  columns: [
    name,
    { name: "Service", value: ({ spec }) => serviceText(spec) },
    { name: "Available", value: (service) => availableText(service) },
    age,
  ],

  default(service) {
    service.spec ??= { groupPriorityMinimum: 0, versionPriority: 0 };
    const { spec } = service;
    spec.groupPriorityMinimum ??= 0;
    spec.versionPriority ??= 0;
    if (spec.service) spec.service.port ??= 443;
  },

  prepareForCreate(service) {
    service.status = service.spec.service ? {} : { conditions: [localCondition(service.metadata.creationTimestamp)] };
  },

  validate: ({ metadata, spec }) => [
    ...nameErrors(metadata.name, spec),
    ...groupErrors(spec),
    ...priorityErrors("spec.groupPriorityMinimum", spec.groupPriorityMinimum, 20_000),
    ...priorityErrors("spec.versionPriority", spec.versionPriority, 1000),
    ...(spec.service ? serviceErrors(spec) : localErrors(spec)),
  ],
};

/** What this server serves itself is there. */
function localCondition(since: string | undefined): Mutable<ApiServiceCondition> {
  return {
    type: "Available",
    status: "True",
    ...(since === undefined ? {} : { lastTransitionTime: since }),
    reason: "Local",
    message: "Local APIServices are always available",
  };
}

function serviceText({ service }: ApiService["spec"]): string {
  return service ? `${service.namespace ?? ""}/${service.name ?? ""}` : "Local";
}

function availableText({ status }: ApiService): string {
  const available = status?.conditions?.find(({ type }) => type === "Available");
  if (!available) return "Unknown";
  return available.status === "True" ? "True" : `${available.status} (${available.reason ?? ""})`;
}

function nameErrors(own: string, { group = "", version = "" }: ApiService["spec"]): FieldError[] {
  const wanted = `${version}.${group}`;
  if (own === wanted) return [];
  return [invalid("metadata.name", own, `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`)];
}

function groupErrors({ group = "", version = "" }: ApiService["spec"]): FieldError[] {
  const errors =
    group || version === "v1"
      ? []
      : [required("spec.group", "only v1 may have an empty group and it better be legacy kube")];
  if (group) errors.push(...check("spec.group", group, dnsSubdomain));
  return [...errors, ...(version ? check("spec.version", version, dns1035Label) : [required("spec.version")])];
}

function priorityErrors(field: string, priority: number, highest: number): FieldError[] {
  if (priority > 0 && priority <= highest) return [];
  return [invalid(field, priority, `must be positive and less than ${highest}`)];
}

function localErrors({ caBundle, insecureSkipTLSVerify }: ApiService["spec"]): FieldError[] {
  return [
    ...(caBundle
      ? [invalid("spec.caBundle", `${caBundle.length} bytes`, "local APIServices may not have a caBundle")]
      : []),
    ...(insecureSkipTLSVerify
      ? [invalid("spec.insecureSkipTLSVerify", true, "local APIServices may not have insecureSkipTLSVerify")]
      : []),
  ];
}

function serviceErrors({ service, caBundle, insecureSkipTLSVerify }: ApiService["spec"]): FieldError[] {
  const missing = (["namespace", "name"] as const).filter((part) => !service?.[part]);
  return [
    ...missing.map((part) => required(`spec.service.${part}`)),
    ...(insecureSkipTLSVerify && caBundle
      ? [invalid("spec.insecureSkipTLSVerify", true, "may not be true if caBundle is present")]
      : []),
  ];
}
