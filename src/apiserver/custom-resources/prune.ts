import { isMap, type StructuralSchema } from "./structural-schema.ts";

type JsonMap = Readonly<Record<string, unknown>>;

/** What every object has whatever its schema says. */
const objectFields: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

/**
 * `object` without the fields that its schema does not know. What stays whole is shared with it. The paths of what went
 * come in `pruned`: `spec.foo`. https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
 */
export function prunedObject(schema: StructuralSchema, object: JsonMap, pruned: string[] = []): JsonMap {
  return pruneMap(schema, object, { path: "", isObject: true, pruned });
}

interface Place {
  readonly path: string;
  /** Whether this is a whole object, with metadata. */
  readonly isObject: boolean;
  readonly pruned: string[];
}

function prune(schema: StructuralSchema | undefined, value: unknown, path: string, pruned: string[]): unknown {
  if (Array.isArray(value)) return pruneList(schema, value, path, pruned);
  if (!isMap(value)) return value;
  return pruneMap(schema, value, { path, isObject: schema?.["x-kubernetes-embedded-resource"] === true, pruned });
}

function pruneMap(schema: StructuralSchema | undefined, value: JsonMap, { path, isObject, pruned }: Place): JsonMap {
  const keepsUnknown = schema?.["x-kubernetes-preserve-unknown-fields"] === true;
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    if (isObject && objectFields.has(key)) continue;
    const below = path === "" ? key : `${path}.${key}`;
    const known = knownField(schema, key);
    if (known === undefined && keepsUnknown) continue;
    if (known === undefined) {
      pruned.push(below);
      copy ??= { ...value };
      delete copy[key];
      continue;
    }
    const kept = prune(known === true ? undefined : known, value[key], below, pruned);
    if (kept === value[key]) continue;
    copy ??= { ...value };
    copy[key] = kept;
  }
  return copy ?? value;
}

/** true: any value may be there, but nothing is known of its fields. */
function knownField(schema: StructuralSchema | undefined, key: string): StructuralSchema | true | undefined {
  const { properties, additionalProperties } = schema ?? {};
  if (properties && Object.hasOwn(properties, key)) return properties[key];
  return additionalProperties === false ? undefined : additionalProperties;
}

function pruneList(
  schema: StructuralSchema | undefined,
  value: readonly unknown[],
  path: string,
  pruned: string[],
): readonly unknown[] {
  if (schema?.items === undefined && schema?.["x-kubernetes-preserve-unknown-fields"]) return value;
  const kept = value.map((item, index) => prune(schema?.items, item, `${path}[${index}]`, pruned));
  return kept.every((item, index) => item === value[index]) ? value : kept;
}
