import { byBytes } from "./printers/go-json.ts";

/** What may be done with one resource, or at one address. */
export interface PolicyRow {
  /** `deployments.apps/scale` */
  readonly resource: string;
  readonly urls: readonly string[];
  readonly names: readonly string[];
  readonly verbs: readonly string[];
}

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

interface Part extends PolicyRow {
  readonly group: string;
}

/** Rules one resource at a time, as tables show them: by their verbs, then by group and name. */
export function policyRows(rules: readonly Rule[]): PolicyRow[] {
  const merged = new Map<string, Part>();
  for (const [index, part] of rules.flatMap((rule) => partsOf(rule)).entries()) {
    // Rules about addresses are not put together; others are, when they differ only in their verbs.
    const key = part.urls.length > 0 ? String(index) : JSON.stringify([part.group, part.resource, part.names]);
    const known = merged.get(key);
    const verbs = [...(known?.verbs ?? []), ...part.verbs.filter((verb) => !known?.verbs.includes(verb))];
    merged.set(key, { ...part, verbs });
  }
  return [...merged.values()]
    .toSorted((a, b) => byBytes(orderOf(a), orderOf(b)))
    .map((part) => ({ ...part, resource: qualified(part) }));
}

function partsOf({ apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [], verbs }: Rule): Part[] {
  const names = resourceNames.length > 0 ? resourceNames.map((name) => [name]) : [[]];
  const ofResources = apiGroups.flatMap((group) =>
    resources.flatMap((resource) => names.map((one): Part => ({ group, resource, urls: [], names: one, verbs }))),
  );
  const ofAddresses = nonResourceURLs.map((url): Part => ({ group: "", resource: "", urls: [url], names: [], verbs }));
  return [...ofResources, ...ofAddresses];
}

function orderOf({ group, resource, urls, names, verbs }: Part): string {
  const lists = [verbs, urls.length > 0 ? [] : [group], resource === "" ? [] : [resource], names, urls];
  return lists.map((list) => `[${list.join(" ")}]`).join(",");
}

function qualified({ group, resource }: Part): string {
  if (group === "") return resource;
  const [name = "", subresource] = resource.split("/");
  return `${name}.${group}${subresource === undefined ? "" : `/${subresource}`}`;
}
