import { type FieldError, invalid, required } from "../../api/status.ts";
import type { FlowSchema } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { oneOf } from "../field-checks.ts";
import { check, dnsSubdomain } from "../names.ts";

const highestPrecedence = 10_000;

/** Which requests share which priority level. https://kubernetes.io/docs/concepts/cluster-administration/flow-control/ */
export const flowSchemas: ResourceDefinition<FlowSchema> = {
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  kind: "FlowSchema",
  plural: "flowschemas",
  namespaced: false,
  type: "io.k8s.api.flowcontrol.v1.FlowSchema",
  subresources: ["status"],
  tracksGeneration: true,
  columns: [
    name,
    { name: "PriorityLevel", value: ({ spec }) => spec.priorityLevelConfiguration.name ?? "" },
    { name: "MatchingPrecedence", value: ({ spec }) => spec.matchingPrecedence ?? 0 },
    { name: "DistinguisherMethod", value: ({ spec }) => spec.distinguisherMethod?.type ?? "<none>" },
    age,
    { name: "MissingPL", value: ({ status }) => danglingText(status) },
  ],

  default(schema) {
    schema.spec ??= { priorityLevelConfiguration: { name: "" } };
    const { spec } = schema;
    spec.priorityLevelConfiguration ??= { name: "" };
    spec.matchingPrecedence ||= 1000;
  },

  prepareForCreate(schema) {
    schema.status = {};
  },

  validate: ({ spec }) => [
    ...precedenceErrors("spec.matchingPrecedence", spec.matchingPrecedence ?? 0),
    ...(spec.distinguisherMethod
      ? oneOf("spec.distinguisherMethod.type", spec.distinguisherMethod.type, ["ByNamespace", "ByUser"])
      : []),
    ...(spec.priorityLevelConfiguration.name
      ? check("spec.priorityLevelConfiguration.name", spec.priorityLevelConfiguration.name, dnsSubdomain)
      : [required("spec.priorityLevelConfiguration.name", "must reference a priority level")]),
  ],
};

function danglingText(status: FlowSchema["status"]): string {
  return status?.conditions?.find(({ type }) => type === "Dangling")?.status ?? "?";
}

function precedenceErrors(field: string, precedence: number): FieldError[] {
  if (precedence <= 0) return [invalid(field, precedence, "must be a positive value")];
  if (precedence <= highestPrecedence) return [];
  return [invalid(field, precedence, `must not be greater than ${highestPrecedence}`)];
}
