import type { LabelSelector, LabelSelectorRequirement } from "./types.gen.ts";

type Tree = Readonly<Record<string, unknown>>;

/**
 * A value as error messages of the API server show it: Go's own syntax for strings, lists and maps of strings and for
 * label selectors, which users know from messages about fields that may not change; JSON for other structures.
 */
export function goSyntax(value: unknown): string {
  if (value === undefined) return "null";
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return stringList(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value);
  if (isLabelSelector(value)) return labelSelector(value);
  return isStringMap(value) ? stringMap(value) : JSON.stringify(value);
}

function isStringMap(value: object): value is Readonly<Record<string, string>> {
  return Object.values(value).every((item) => typeof item === "string");
}

function isLabelSelector(value: object): value is LabelSelector {
  const { matchLabels, matchExpressions } = value as Tree;
  const isSelector = typeof matchLabels === "object" || Array.isArray(matchExpressions);
  return isSelector && Object.keys(value).every((key) => key === "matchLabels" || key === "matchExpressions");
}

function labelSelector({ matchLabels, matchExpressions }: LabelSelector): string {
  const labels = matchLabels ? stringMap(matchLabels) : "map[string]string(nil)";
  const items = matchExpressions?.map((requirement) => labelRequirement(requirement)).join(", ");
  const expressions =
    items === undefined ? "[]v1.LabelSelectorRequirement(nil)" : `[]v1.LabelSelectorRequirement{${items}}`;
  return `v1.LabelSelector{MatchLabels:${labels}, MatchExpressions:${expressions}}`;
}

function labelRequirement({ key, operator, values }: LabelSelectorRequirement): string {
  const list = values ? stringList(values) : "[]string(nil)";
  return `v1.LabelSelectorRequirement{Key:${JSON.stringify(key)}, Operator:${JSON.stringify(operator)}, Values:${list}}`;
}

function stringList(items: readonly string[]): string {
  return `[]string{${items.map((item) => JSON.stringify(item)).join(", ")}}`;
}

/** Maps are shown in order of their keys. */
function stringMap(map: Readonly<Record<string, string>>): string {
  const entries = Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `map[string]string{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(", ")}}`;
}
