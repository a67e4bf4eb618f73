import { type FieldFact, jsonFieldsOf, typeFacts } from "../../api/type-facts.ts";

/** Writes into an object of one type what it lacks itself, not what is below it. */
export type Fill = (object: Record<string, unknown>) => void;

/**
 * Applies a rule to an object and all typed objects within it, in place, parents first. What is frozen is stored
 * already and left alone. Types in which the rule finds nothing to do cost nothing.
 */
export function filler(ruleFor: (typeName: string) => Fill | undefined): (typeName: string, object: object) => void {
  const plans = new Map<string, Plan>();
  const busy = new Map<string, boolean>();

  function planFor(typeName: string): Plan {
    let plan = plans.get(typeName);
    if (!plan) {
      plan = { fill: ruleFor(typeName), children: childrenOf(typeName, hasWork) };
      plans.set(typeName, plan);
    }
    return plan;
  }

  /** A type within itself is taken to have work. */
  function hasWork(typeName: string): boolean {
    const known = busy.get(typeName);
    if (known !== undefined) return known;
    busy.set(typeName, true);
    const found = ruleFor(typeName) !== undefined || childrenOf(typeName, hasWork).length > 0;
    busy.set(typeName, found);
    return found;
  }

  function apply(typeName: string, object: unknown): void {
    if (typeof object !== "object" || object === null || Object.isFrozen(object)) return;
    const record = object as Record<string, unknown>;
    const { fill, children } = planFor(typeName);
    fill?.(record);
    for (const { name, ref, many } of children) {
      const child = record[name];
      if (child === undefined || child === null) continue;
      if (!many) apply(ref, child);
      else for (const item of Object.values(child)) apply(ref, item);
    }
  }

  return apply;
}

interface Plan {
  readonly fill: Fill | undefined;
  readonly children: readonly Child[];
}

interface Child {
  readonly name: string;
  readonly ref: string;
  /** A list or a map of them. */
  readonly many: boolean;
}

function childrenOf(typeName: string, hasWork: (typeName: string) => boolean): Child[] {
  return Object.entries(jsonFieldsOf(typeName)).flatMap(([name, fact]) => {
    const ref = fact.ref ?? elementOf(fact)?.ref;
    if (ref === undefined || !Object.hasOwn(typeFacts, ref) || !hasWork(ref)) return [];
    return [{ name, ref, many: fact.ref === undefined }];
  });
}

function elementOf({ items, additionalProperties }: FieldFact): FieldFact | undefined {
  return items ?? (typeof additionalProperties === "object" ? additionalProperties : undefined);
}
