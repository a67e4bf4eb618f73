import type { PolicyRule } from "../../api/types.gen.ts";

/** What of `wanted` no rule of `held` allows: put together by verbs, as upstream tells it. */
export function missingRules(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return compact(wanted.flatMap((rule) => single(rule)).filter((one) => !held.some((rule) => covers(rule, one))));
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`. */
export function formatRule({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }: PolicyRule): string {
  const parts = {
    NonResourceURLs: nonResourceURLs,
    APIGroups: apiGroups,
    Resources: resources,
    ResourceNames: resourceNames,
    Verbs: verbs,
  };
  const given = Object.entries(parts).filter(([, values]) => values && values.length > 0);
  return `{${given.map(([name, values]) => `${name}:${list(values ?? [])}`).join(", ")}}`;
}

function list(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(" ")}]`;
}

/** Rules of one verb on one thing each. */
function single({
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
  verbs,
}: PolicyRule): PolicyRule[] {
  const names = resourceNames.length === 0 ? [{}] : resourceNames.map((name) => ({ resourceNames: [name] }));
  const things = apiGroups.flatMap((group) =>
    resources.flatMap((resource) => names.map((name) => ({ apiGroups: [group], resources: [resource], ...name }))),
  );
  const urls = nonResourceURLs.map((url) => ({ nonResourceURLs: [url] }));
  return [...things, ...urls].flatMap((what) => verbs.map((verb) => ({ ...what, verbs: [verb] })));
}

function covers(held: PolicyRule, wanted: PolicyRule): boolean {
  if (!has(held.verbs, wanted.verbs[0])) return false;
  const [url] = wanted.nonResourceURLs ?? [];
  if (url !== undefined) return (held.nonResourceURLs ?? []).some((pattern) => coversUrl(pattern, url));
  const names = held.resourceNames ?? [];
  const [name] = wanted.resourceNames ?? [];
  return (
    has(held.apiGroups ?? [], wanted.apiGroups?.[0]) &&
    coversResource(held.resources ?? [], wanted.resources?.[0] ?? "") &&
    (names.length === 0 || (name !== undefined && names.includes(name)))
  );
}

function has(allowed: readonly string[], wanted: string | undefined): boolean {
  return allowed.includes("*") || (wanted !== undefined && allowed.includes(wanted));
}

function coversResource(held: readonly string[], wanted: string): boolean {
  const [, subresource] = wanted.split("/", 2);
  return has(held, wanted) || (subresource !== undefined && held.includes(`*/${subresource}`));
}

function coversUrl(pattern: string, url: string): boolean {
  return pattern === "*" || pattern === url || (pattern.endsWith("*") && url.startsWith(pattern.slice(0, -1)));
}

/** Rules that differ in their verbs only become one; in the order of their texts. */
function compact(rules: readonly PolicyRule[]): PolicyRule[] {
  const merged = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const id = JSON.stringify({ ...rule, verbs: [] });
    const known = merged.get(id);
    merged.set(id, known ? { ...known, verbs: [...new Set([...known.verbs, ...rule.verbs])] } : rule);
  }
  return [...merged.values()].toSorted((a, b) => (formatRule(a) < formatRule(b) ? -1 : 1));
}
