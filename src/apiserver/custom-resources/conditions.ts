import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
} from "../../resources/apiextensions/custom-resource-definition.ts";

type Condition = CustomResourceDefinitionCondition;

export function isTrue(definition: CustomResourceDefinition, type: string): boolean {
  return (
    definition.status?.conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false
  );
}

/** The conditions of a definition with one set. Its time moves only when its status does. */
export function withCondition(
  conditions: readonly Condition[],
  condition: Omit<Condition, "lastTransitionTime">,
  now: string,
): readonly Condition[] {
  const before = conditions.find(({ type }) => type === condition.type);
  const lastTransitionTime = before?.status === condition.status ? (before.lastTransitionTime ?? now) : now;
  const next: Condition = {
    lastTransitionTime,
    message: condition.message ?? "",
    reason: condition.reason ?? "",
    status: condition.status,
    type: condition.type,
  };
  return before ? conditions.map((one) => (one === before ? next : one)) : [...conditions, next];
}

/** Once established, always established. */
export function establishment(
  definition: CustomResourceDefinition,
  isAccepted: boolean,
): Omit<Condition, "lastTransitionTime"> {
  if (isAccepted || isTrue(definition, "Established")) {
    const message = "the initial names have been accepted";
    return { type: "Established", status: "True", reason: "InitialNamesAccepted", message };
  }
  return { type: "Established", status: "False", reason: "NotAccepted", message: "not all names are accepted" };
}
