import type {
  FlowSchema,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  PriorityLevelConfiguration,
  ResourcePolicyRule,
  Subject,
} from "../../api/types.gen.ts";
import type { Informers } from "../../client/informer.ts";
import { flowSchemas } from "../../resources/flowcontrol/flow-schema.ts";
import { priorityLevelConfigurations } from "../../resources/flowcontrol/priority-level-configuration.ts";
import type { Attributes } from "../auth/authorization.ts";
import type { UserInfo } from "../request.ts";

/** Says to which flow a request belongs, in the headers of its answer. Nothing ever waits: one process serves all. */
export interface FlowControl {
  headersFor(user: UserInfo, attributes: Attributes): Readonly<Record<string, string>>;
}

/** https://kubernetes.io/docs/concepts/cluster-administration/flow-control/ */
export function flowControl(informers: Informers): FlowControl {
  const schemas = informers.for(flowSchemas);
  const levels = informers.for(priorityLevelConfigurations);
  let ordered: readonly FlowSchema[] | undefined;
  schemas.onChange(() => {
    ordered = undefined;
  });
  return {
    headersFor(user, attributes) {
      ordered ??= schemas.list().toSorted(byPrecedence);
      const schema = ordered.find(({ spec }) => (spec.rules ?? []).some((rule) => covers(rule, user, attributes)));
      const level = schema && levels.get({ namespace: "", name: schema.spec.priorityLevelConfiguration.name });
      return schema && level ? headersOf(schema, level) : {};
    },
  };
}

function headersOf(
  { metadata: schema }: FlowSchema,
  { metadata: level }: PriorityLevelConfiguration,
): Record<string, string> {
  return {
    "x-kubernetes-pf-flowschema-uid": schema.uid ?? "",
    "x-kubernetes-pf-prioritylevel-uid": level.uid ?? "",
  };
}

function byPrecedence(a: FlowSchema, b: FlowSchema): number {
  const difference = (a.spec.matchingPrecedence ?? 0) - (b.spec.matchingPrecedence ?? 0);
  return difference || (a.metadata.name < b.metadata.name ? -1 : 1);
}

function covers(rule: PolicyRulesWithSubjects, user: UserInfo, attributes: Attributes): boolean {
  if (!rule.subjects.some((subject) => isSubject(subject, user))) return false;
  if (!attributes.resource) return (rule.nonResourceRules ?? []).some((one) => coversPath(one, attributes));
  return (rule.resourceRules ?? []).some((one) => coversResource(one, attributes));
}

function isSubject({ kind, user, group, serviceAccount }: Subject, { name, groups }: UserInfo): boolean {
  switch (kind) {
    case "User":
      return user?.name === "*" || user?.name === name;
    case "Group":
      return group?.name === "*" || groups.includes(group?.name ?? "");
    default: {
      const prefix = `system:serviceaccount:${serviceAccount?.namespace ?? ""}:`;
      return serviceAccount?.name === "*" ? name.startsWith(prefix) : name === prefix + (serviceAccount?.name ?? "");
    }
  }
}

function coversPath({ verbs, nonResourceURLs }: NonResourcePolicyRule, { verb, path }: Attributes): boolean {
  return (
    has(verbs, verb) &&
    nonResourceURLs.some((url) => (url.endsWith("*") ? path.startsWith(url.slice(0, -1)) : url === path))
  );
}

function coversResource(
  { verbs, apiGroups, resources, clusterScope, namespaces = [] }: ResourcePolicyRule,
  { verb, resource }: Attributes,
): boolean {
  if (!resource || !has(verbs, verb) || !has(apiGroups, resource.group)) return false;
  const { plural, subresource, namespace } = resource;
  if (!has(resources, subresource ? `${plural}/${subresource}` : plural)) return false;
  return namespace === "" ? clusterScope === true : has(namespaces, namespace);
}

function has(allowed: readonly string[], wanted: string): boolean {
  return allowed.includes("*") || allowed.includes(wanted);
}
