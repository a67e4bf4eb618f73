import { parseRequirements } from "../api/label-selector-parser.ts";
import type { LabelSelector } from "../api/types.gen.ts";

/** `a=b,c in (d,e)` as a LabelSelector object. Throws ApiError for what is no selector. */
export function labelSelectorFrom(text: string): LabelSelector {
  const matchLabels: Record<string, string> = {};
  const matchExpressions: NonNullable<LabelSelector["matchExpressions"]>[number][] = [];
  for (const { key, operator, values } of parseRequirements(text)) {
    const [value = ""] = values;
    if (operator === "=") matchLabels[key] = value;
    else
      matchExpressions.push({ key, operator: names[operator] ?? operator, ...(values.length > 0 ? { values } : {}) });
  }
  return {
    ...(Object.keys(matchLabels).length > 0 ? { matchLabels } : {}),
    ...(matchExpressions.length > 0 ? { matchExpressions } : {}),
  };
}

const names: Readonly<Record<string, string>> = {
  in: "In",
  notin: "NotIn",
  "!=": "NotIn",
  exists: "Exists",
  "!": "DoesNotExist",
  gt: "Gt",
  lt: "Lt",
};

const signs: Readonly<Record<string, string>> = { In: "in", NotIn: "notin" };

/** A LabelSelector object as text: `a=b,c in (d,e)`; `<none>` when it is missing or empty. */
export function selectorText(selector: LabelSelector | undefined): string {
  const terms = selectorTerms(selector);
  return terms.length === 0 ? "<none>" : terms.join(",");
}

function selectorTerms({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): string[] {
  const equal = Object.entries(matchLabels).map(([key, value]) => [key, `${key}=${value}`] as const);
  const others = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === "Exists") return [key, key] as const;
    if (operator === "DoesNotExist") return [key, `!${key}`] as const;
    return [key, `${key} ${signs[operator] ?? operator} (${[...values].toSorted().join(",")})`] as const;
  });
  return [...equal, ...others].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, term]) => term);
}
