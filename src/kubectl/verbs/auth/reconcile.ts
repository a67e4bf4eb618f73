import type { KubeObject } from "../../../api/object.ts";
import { isNotFound } from "../../../api/status.ts";
import type { ClusterRole, PolicyRule, RbacV1Subject, RoleBinding } from "../../../api/types.gen.ts";
import { Failures } from "../../failures.ts";
import { booleans } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { fileFlags, type Manifest, readableManifests, unversioned } from "../../manifest.ts";
import { missingRules } from "../../missing-rules.ts";
import { pathOf } from "../../rest.ts";
import { dryRunFlags, dryRunOf, dryRunQuery, formatFlags, tellResult } from "../../result.ts";
import type { Call, Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_auth/kubectl_auth_reconcile/ */
export const reconcile: Verb = {
  names: ["reconcile"],
  summary: "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
  usage: "-f FILENAME",
  flags: [
    ...fileFlags,
    ...formatFlags,
    ...dryRunFlags,
    ...booleans("remove-extra-permissions", "remove-extra-subjects"),
  ],

  async run(call) {
    if (call.flags.args.length > 0) throw new KubectlError("no arguments are allowed");
    const failures = new Failures();
    for (const manifest of await readableManifests(call)) {
      if (manifest.resource.group === "rbac.authorization.k8s.io")
        await failures.attempt(() => reconcileOne(manifest, call));
    }
    failures.raise();
    return 0;
  },
};

/** What is to be done, and each thing that makes it necessary. */
interface Plan {
  readonly what: "create" | "update" | "recreate" | undefined;
  readonly object: KubeObject;
  readonly notes: readonly string[];
}

async function reconcileOne(manifest: Manifest, call: Call): Promise<void> {
  const { resource, namespace, object } = manifest;
  const path = pathOf(resource, namespace, object.metadata.name);
  const existing = await existingAt(path, call);
  const isRole = resource.kind.endsWith("Role");
  const given: KubeObject = object;
  const plan = isRole ? planRole(given, existing, call) : planBinding(given as RoleBinding, existing, call);
  if (dryRunOf(call.flags) !== "client") await carryOut(plan, manifest, call);
  await tellResult({ resource, object: plan.object, did: "reconciled" }, call);
  if (plan.what === undefined) return;
  await call.io.err([`\treconciliation required ${plan.what}\n`, ...plan.notes].join(""));
}

async function existingAt(path: string, { rest }: Call): Promise<KubeObject | undefined> {
  try {
    return await rest.json<KubeObject>("GET", path);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function carryOut(
  { what, object }: Plan,
  { resource, namespace }: Manifest,
  { rest, flags }: Call,
): Promise<void> {
  const query = dryRunQuery(flags);
  const path = pathOf(resource, namespace, object.metadata.name);
  if (what === "update") await rest.json("PUT", path, { query, body: object });
  if (what === "recreate") await rest.json("DELETE", path, { query });
  if (what === "create") await ensureNamespace(namespace, { rest, query });
  if (what === "create" || what === "recreate")
    await rest.json("POST", pathOf(resource, namespace), { query, body: unversioned(object) });
}

async function ensureNamespace(
  namespace: string | undefined,
  { rest, query }: { rest: Call["rest"]; query: Record<string, string> },
): Promise<void> {
  if (namespace === undefined) return;
  const path = `/api/v1/namespaces/${namespace}`;
  await rest.json("GET", path).catch(async (error: unknown) => {
    if (!isNotFound(error)) throw error;
    const body = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
    await rest.json("POST", "/api/v1/namespaces", { query, body });
  });
}

function planRole(wanted: ClusterRole, existing: KubeObject | undefined, { flags }: Call): Plan {
  const { rules: had = [] } = (existing ?? {}) as Partial<ClusterRole>;
  const rules = wanted.rules ?? [];
  const missing = existing ? missingRules(rules, had) : rules;
  const extra = missingRules(had, rules);
  const removes = flags.isTrue("remove-extra-permissions") && extra.length > 0;
  const notes = [
    ...noted(
      "missing rules added",
      missing.map((rule) => ruleText(rule)),
    ),
    ...(removes
      ? noted(
          "extra rules removed",
          extra.map((rule) => ruleText(rule)),
        )
      : []),
  ];
  if (!existing) return { what: "create", object: wanted, notes };
  const object = { ...withLabels(existing, wanted), rules: removes ? rules : [...had, ...missing] } as KubeObject;
  return { what: isChanged(existing, object) ? "update" : undefined, object, notes };
}

function planBinding(wanted: RoleBinding, existing: KubeObject | undefined, { flags }: Call): Plan {
  const old = existing as RoleBinding | undefined;
  const isOther = old && (old.roleRef.kind !== wanted.roleRef.kind || old.roleRef.name !== wanted.roleRef.name);
  if (isOther) return { what: "recreate", object: wanted, notes: [] };
  const [subjects, had] = [wanted.subjects ?? [], old?.subjects ?? []];
  const [missing, extra] = [without(subjects, had), without(had, subjects)];
  const removes = flags.isTrue("remove-extra-subjects") && extra.length > 0;
  const notes = [
    ...noted(
      "missing subjects added",
      missing.map((subject) => subjectText(subject)),
    ),
    ...(removes
      ? noted(
          "extra subjects removed",
          extra.map((subject) => subjectText(subject)),
        )
      : []),
  ];
  if (!old) return { what: "create", object: wanted, notes };
  const object = { ...withLabels(old, wanted), subjects: removes ? subjects : [...had, ...missing] } as RoleBinding;
  return { what: isChanged(old, object) ? "update" : undefined, object, notes };
}

function without(subjects: readonly RbacV1Subject[], others: readonly RbacV1Subject[]): RbacV1Subject[] {
  const known = new Set(others.map((subject) => subjectText(subject)));
  return subjects.filter((subject) => !known.has(subjectText(subject)));
}

function withLabels<T extends KubeObject>(existing: T, { metadata }: KubeObject): T {
  const merged = (field: "labels" | "annotations"): object => {
    const all = { ...existing.metadata[field], ...metadata[field] };
    return Object.keys(all).length > 0 ? { [field]: all } : {};
  };
  return { ...existing, metadata: { ...existing.metadata, ...merged("labels"), ...merged("annotations") } };
}

function isChanged(before: KubeObject, after: KubeObject): boolean {
  return JSON.stringify(before) !== JSON.stringify(after);
}

function noted(what: string, texts: readonly string[]): string[] {
  return texts.length === 0 ? [] : [`\t${what}:\n`, ...texts.map((text) => `\t\t${text}\n`)];
}

/** As Go prints the struct. */
function ruleText({
  verbs,
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: PolicyRule): string {
  const list = (items: readonly string[]): string => `[${items.join(" ")}]`;
  return `{Verbs:${list(verbs)} APIGroups:${list(apiGroups)} Resources:${list(resources)} ResourceNames:${list(resourceNames)} NonResourceURLs:${list(nonResourceURLs)}}`;
}

function subjectText({ kind, apiGroup = "", name, namespace = "" }: RbacV1Subject): string {
  return `{Kind:${kind} APIGroup:${apiGroup} Name:${name} Namespace:${namespace}}`;
}
