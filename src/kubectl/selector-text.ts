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
