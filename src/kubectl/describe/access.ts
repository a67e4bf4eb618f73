import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding } from "../../api/types.gen.ts";
import { byBytes } from "../printers/go-json.ts";
import type { Description } from "./description.ts";
import { describer, type Describer } from "./describer.ts";

function describeRole({ metadata, rules }: Role | ClusterRole, { to }: { to: Description }): void {
  to.field("Name", metadata.name);
  to.labels("Labels", metadata.labels);
  to.annotations("Annotations", metadata.annotations);
  to.line("PolicyRule:");
  to.line("Resources\tNon-Resource URLs\tResource Names\tVerbs", 1);
  to.line("---------\t-----------------\t--------------\t-----", 1);
  const rows = compact(rules ?? []).map(({ resource, urls, names, verbs }) => {
    return `${resource}\t[${urls.join(" ")}]\t[${names.join(" ")}]\t[${verbs.join(" ")}]`;
  });
  for (const row of rows.toSorted(byBytes)) to.line(row, 1);
}

interface Row {
  readonly resource: string;
  readonly urls: readonly string[];
  readonly names: readonly string[];
  readonly verbs: string[];
}

/** One row for each resource; rules that differ only in their verbs stand in one. */
function compact(rules: readonly PolicyRule[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [], verbs } of rules) {
    const groups = apiGroups.length > 0 ? apiGroups : [""];
    const targets = resources.length > 0 ? groups.flatMap((group) => resources.map((one) => qualified(one, group))) : [""];
    for (const resource of targets) {
      const key = JSON.stringify([resource, resourceNames, nonResourceURLs]);
      const row = rows.get(key) ?? { resource, urls: nonResourceURLs, names: resourceNames, verbs: [] };
      row.verbs.push(...verbs.filter((verb) => !row.verbs.includes(verb)));
      rows.set(key, row);
    }
  }
  return [...rows.values()];
}

function qualified(resource: string, group: string): string {
  if (group === "") return resource;
  const [name = "", subresource] = resource.split("/");
  return `${name}.${group}${subresource === undefined ? "" : `/${subresource}`}`;
}

const group = "rbac.authorization.k8s.io";

export const role: Describer = describer<Role>(group, "Role", describeRole, { withoutEvents: true });
export const clusterRole: Describer = describer<ClusterRole>(group, "ClusterRole", describeRole, { withoutEvents: true });

function describeBinding({ metadata, roleRef, subjects }: RoleBinding | ClusterRoleBinding, { to }: { to: Description }): void {
  to.field("Name", metadata.name);
  to.labels("Labels", metadata.labels);
  to.annotations("Annotations", metadata.annotations);
  to.line("Role:");
  to.field("Kind", roleRef.kind, 1);
  to.field("Name", roleRef.name, 1);
  to.line("Subjects:");
  to.line("Kind\tName\tNamespace", 1);
  to.line("----\t----\t---------", 1);
  for (const { kind, name, namespace = "" } of subjects ?? []) to.line(`${kind}\t${name}\t${namespace}`, 1);
}

export const roleBinding: Describer = describer<RoleBinding>(group, "RoleBinding", describeBinding, { withoutEvents: true });
export const clusterRoleBinding: Describer = describer<ClusterRoleBinding>(group, "ClusterRoleBinding", describeBinding, {
  withoutEvents: true,
});
