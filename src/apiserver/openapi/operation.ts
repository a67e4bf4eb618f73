import type { ResourceDefinition, Verb } from "../../resources/definition.ts";

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export type Method = "get" | "put" | "post" | "delete" | "patch";

/** One thing that can be done at a path, in the words of neither version of OpenAPI. */
export interface Operation {
  readonly path: string;
  readonly method: Method;
  readonly id: string;
  readonly description: string;
  /** `x-kubernetes-action` */
  readonly action: string;
  readonly gvk: GroupVersionKind;
  /** Names of query parameters. */
  readonly query: readonly string[];
  /** Names of schemas; a response without one is text. */
  readonly body?: string;
  readonly bodyRequired?: boolean;
  readonly bodyTypes: readonly string[];
  readonly response?: string;
  readonly statuses: readonly number[];
}

/** `/api/v1` or `/apis/apps/v1` */
export function rootOf({ group, version }: { readonly group: string; readonly version: string }): string {
  return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** Bodies of any of the types that the server reads. */
export const anyBody: readonly string[] = ["*/*"];

/** Query parameters by what is done. */
export const writing: readonly string[] = ["dryRun", "fieldManager", "fieldValidation"];
export const deleting: readonly string[] = [
  "dryRun",
  "gracePeriodSeconds",
  "ignoreStoreReadErrorWithClusterBreakingPotential",
  "orphanDependents",
  "propagationPolicy",
];
export const selecting: readonly string[] = [
  "continue",
  "fieldSelector",
  "labelSelector",
  "limit",
  "resourceVersion",
  "resourceVersionMatch",
  "sendInitialEvents",
  "timeoutSeconds",
];
export const listing: readonly string[] = ["allowWatchBookmarks", ...selecting, "watch"];

export function allows({ verbs }: ResourceDefinition, verb: Verb): boolean {
  return verbs?.includes(verb) ?? true;
}

export function gvkOf({ group, version, kind }: ResourceDefinition): GroupVersionKind {
  return { group, version, kind };
}

/** `AppsV1`, `CoreV1`, `RbacAuthorizationV1` */
export function groupWord({ group, version }: { readonly group: string; readonly version: string }): string {
  const words = group === "" ? ["core"] : group.replace(/\.k8s\.io$/u, "").split(/[.-]/u);
  return [...words, version].map((word) => capitalised(word)).join("");
}

export function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** `createAppsV1NamespacedDeployment`, `readCoreV1NamespacedPodStatus` */
export function operationId(resource: ResourceDefinition, verb: string, suffix = ""): string {
  const scope = resource.namespaced ? "Namespaced" : "";
  return `${verb}${groupWord(resource)}${scope}${resource.kind}${suffix}`;
}

export function articled(kind: string): string {
  return `${/^[AEIOU]/u.test(kind) ? "an" : "a"} ${kind}`;
}
