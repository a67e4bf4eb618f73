import type { PolicyRule } from "../api/types.gen.ts";

/** What `wanted` allows and `given` does not, cut into rules of one verb on one resource each. */
export function missingRules(wanted: readonly PolicyRule[], given: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap((rule) => pieces(rule)).filter((piece) => !given.some((rule) => covers(rule, piece)));
}

function pieces({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): PolicyRule[] {
  const names = resourceNames?.length ? resourceNames.map((name) => ({ resourceNames: [name] })) : [{}];
  return [
    ...(apiGroups ?? []).flatMap((group) =>
      (resources ?? []).flatMap((resource) =>
        verbs.flatMap((verb) =>
          names.map((name) => ({ verbs: [verb], apiGroups: [group], resources: [resource], ...name })),
        ),
      ),
    ),
    ...(nonResourceURLs ?? []).flatMap((url) => verbs.map((verb) => ({ verbs: [verb], nonResourceURLs: [url] }))),
  ];
}

function covers(rule: PolicyRule, piece: PolicyRule): boolean {
  if (!hasAll(rule.verbs, piece.verbs)) return false;
  if (piece.nonResourceURLs) return piece.nonResourceURLs.every((url) => hasUrl(rule.nonResourceURLs, url));
  const hasResources = (piece.resources ?? []).every((resource) => hasResource(rule.resources ?? [], resource));
  const names = rule.resourceNames ?? [];
  const hasNames = names.length === 0 || (piece.resourceNames !== undefined && hasAll(names, piece.resourceNames));
  return hasAll(rule.apiGroups, piece.apiGroups ?? []) && hasResources && hasNames;
}

function hasAll(list: readonly string[] | undefined, items: readonly string[]): boolean {
  return list?.includes("*") === true || items.every((item) => list?.includes(item) === true);
}

/** `*\/scale` stands for every resource's. */
function hasResource(list: readonly string[], resource: string): boolean {
  const [, subresource] = resource.split("/");
  return hasAll(list, [resource]) || (subresource !== undefined && list.includes(`*/${subresource}`));
}

function hasUrl(list: readonly string[] | undefined, url: string): boolean {
  return (list ?? []).some((one) => one === url || (one.endsWith("*") && url.startsWith(one.slice(0, -1))));
}
