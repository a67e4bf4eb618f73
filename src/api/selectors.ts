import { formatRequirement, type LabelRequirement, meetsRequirement } from "./label-requirement.ts";
import { parseRequirements } from "./label-selector-parser.ts";
import type { LabelSelector } from "./types.gen.ts";

export { parseFieldSelector } from "./field-selector.ts";

type Labels = Readonly<Record<string, string>>;

/** What a `labelSelector` query picks. Throws BadRequest. */
export function parseLabelSelector(text: string): (labels: Labels) => boolean {
  const requirements = parseRequirements(text);
  return (labels) => requirements.every((requirement) => meetsRequirement(requirement, labels));
}

/** Whether an object with `labels` is picked. An empty selector picks everything; an unknown operator nothing. */
export function matchesSelector({ matchLabels, matchExpressions }: LabelSelector, labels: Labels): boolean {
  if (matchLabels && !matchesLabels(matchLabels, labels)) return false;
  return (matchExpressions ?? []).every((expression) => {
    const requirement = requirementOf(expression);
    return requirement !== undefined && meetsRequirement(requirement, labels);
  });
}

/** Whether `labels` has every pair of `wanted`: the selectors of Services, ReplicationControllers and nodes. */
export function matchesLabels(wanted: Labels, labels: Labels): boolean {
  // What an object inherits is never a string.
  for (const key in wanted) if (labels[key] !== wanted[key]) return false;
  return true;
}

/** As tables show it: `app=web,tier in (a,b)`; `<none>` when it picks everything. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  if (!selector) return "<none>";
  const requirements = (selector.matchExpressions ?? []).map((expression) => requirementOf(expression));
  if (requirements.includes(undefined)) return "<error>";
  const all = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, operator: "=", values: [value] })),
    ...requirements,
  ] as LabelRequirement[];
  if (all.length === 0) return "<none>";
  return all
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map((requirement) => formatRequirement(requirement))
    .join(",");
}

/** `a=1,b=2`; `<none>` when there are none. */
export function formatLabels(labels: Labels | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.toSorted().join(",") || "<none>";
}

const operators: Readonly<Record<string, LabelRequirement["operator"]>> = {
  In: "in",
  NotIn: "notin",
  Exists: "exists",
  DoesNotExist: "!",
};

type Expression = NonNullable<LabelSelector["matchExpressions"]>[number];

function requirementOf({ key, operator, values = [] }: Expression): LabelRequirement | undefined {
  const known = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  return known && { key, operator: known, values };
}
