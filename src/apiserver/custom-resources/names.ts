import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
  CustomResourceNames,
} from "../../resources/apiextensions/custom-resource-definition.ts";

/** The names that a definition may use, and whether these are all that it asks for. */
export interface Acceptance {
  readonly names: Partial<CustomResourceNames>;
  readonly condition: Omit<CustomResourceDefinitionCondition, "lastTransitionTime">;
}

/** `others` are the other definitions of its group: names that they hold are taken. */
export function acceptNames(
  definition: CustomResourceDefinition,
  others: readonly CustomResourceDefinition[],
): Acceptance {
  const held = others.map(({ status }) => status?.acceptedNames ?? {});
  const resources = new Set(
    held.flatMap(({ plural, singular, shortNames }) => [plural, singular, ...(shortNames ?? [])]),
  );
  const kinds = new Set(held.flatMap(({ kind, listKind }) => [kind, listKind]));
  const wanted = definition.spec.names;
  const kept = definition.status?.acceptedNames ?? {};
  let conflict: { reason: string; message: string } | undefined;
  const choose = (name: "plural" | "singular" | "kind" | "listKind", taken: Set<string | undefined>): string => {
    const own = wanted[name] ?? "";
    if (!taken.has(own)) return own;
    conflict = { reason: `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Conflict`, message: inUse(own) };
    return kept[name] ?? "";
  };
  const plural = choose("plural", resources);
  const singular = choose("singular", resources);
  const clashing = (wanted.shortNames ?? []).filter((one) => resources.has(one));
  if (clashing.length > 0)
    conflict = { reason: "ShortNamesConflict", message: listed(clashing.map((one) => inUse(one))) };
  const shortNames = clashing.length > 0 ? kept.shortNames : wanted.shortNames;
  const kind = choose("kind", kinds);
  const listKind = choose("listKind", kinds);
  const { categories } = wanted;
  return {
    names: {
      plural,
      singular,
      kind,
      listKind,
      ...(shortNames ? { shortNames } : {}),
      ...(categories ? { categories } : {}),
    },
    condition: conflict
      ? { type: "NamesAccepted", status: "False", ...conflict }
      : { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" },
  };
}

function inUse(name: string): string {
  return `${JSON.stringify(name)} is already in use`;
}

function listed(texts: readonly string[]): string {
  return texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(", ")}]`;
}
