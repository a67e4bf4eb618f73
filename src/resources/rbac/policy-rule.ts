import { type FieldError, invalid, required } from "../../api/status.ts";
import type { PolicyRule } from "../../api/types.gen.ts";

/** A rule is about resources or about other paths, which only ClusterRoles may name. */
export function ruleErrors(
  field: string,
  { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule,
  { namespaced }: { namespaced: boolean },
): FieldError[] {
  const errors = verbs?.length ? [] : [required(`${field}.verbs`, "verbs must contain at least one value")];
  if (nonResourceURLs.length > 0) {
    const mixed = apiGroups.length + resources.length + resourceNames.length > 0;
    const whys = [
      ...(namespaced ? ["namespaced rules cannot apply to non-resource URLs"] : []),
      ...(mixed ? ["rules cannot apply to both regular resources and non-resource URLs"] : []),
    ];
    return [...errors, ...whys.map((why) => invalid(`${field}.nonResourceURLs`, nonResourceURLs, why))];
  }
  if (apiGroups.length === 0) {
    errors.push(required(`${field}.apiGroups`, "resource rules must supply at least one api group"));
  }
  if (resources.length === 0) {
    errors.push(required(`${field}.resources`, "resource rules must supply at least one resource"));
  }
  return errors;
}
