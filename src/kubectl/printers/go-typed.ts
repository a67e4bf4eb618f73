import { type FieldFact, hasTypeMeta, jsonFieldsOf, typeFacts } from "../../api/type-facts.ts";

/** An object as Go writes it once it has been a struct: fields in the struct's order, zeroes that Go does not leave out. */
export function typedTree(value: object, typeName: string): Record<string, unknown> {
  const source = value as Record<string, unknown>;
  const facts = jsonFieldsOf(typeName);
  const out: Record<string, unknown> = {};
  if (hasTypeMeta(typeName))
    for (const name of ["kind", "apiVersion"]) if (source[name] !== undefined) out[name] = source[name];
  const names = Object.keys(facts).toSorted((a, b) => place(typeName, a, facts[a]) - place(typeName, b, facts[b]));
  for (const name of names) {
    const fact = facts[name];
    if (!fact) continue;
    const typed = typedField(source[name], fact);
    if (typed !== undefined) out[name] = typed;
  }
  return out;
}

function typedField(value: unknown, fact: FieldFact): unknown {
  if (value === undefined || value === null) return zeroOf(fact);
  if (fact.omitempty && !fact.pointer && isEmpty(value, fact)) return zeroOf(fact);
  return typedValue(value, fact);
}

function typedValue(value: unknown, fact: FieldFact): unknown {
  const { ref, items, additionalProperties: members } = fact;
  if (Array.isArray(value)) return value.map((item) => (items ? typedValue(item, items) : item));
  if (typeof value !== "object" || value === null) return value;
  if (ref !== undefined && ref in typeFacts) return typedTree(value, ref);
  if (typeof members !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, typedValue(item, members)]));
}

/** What Go writes for a field that was never set; undefined: nothing. */
function zeroOf(fact: FieldFact): unknown {
  if (fact.goType === "Time" || fact.goType === "MicroTime") return fact.pointer ? undefined : null;
  if (fact.pointer) return fact.omitempty ? undefined : null;
  if (fact.ref !== undefined && fact.ref in typeFacts) return typedTree({}, fact.ref);
  if (fact.goType === "IntOrString" && !fact.items) return 0;
  if (fact.goType === "Quantity") return "0";
  if (fact.omitempty) return undefined;
  if (fact.type === "array" || fact.type === "object") return null;
  if (fact.type === "string") return "";
  if (fact.type === "boolean") return false;
  return fact.type === undefined ? undefined : 0;
}

function isEmpty(value: unknown, { ref, goType }: FieldFact): boolean {
  if (goType !== undefined && goType !== "UID") return false;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === "object" && value !== null) return ref === undefined && Object.keys(value).length === 0;
  return value === "" || value === 0 || value === false;
}

/** Fields stand in the order of their numbers but for those that came later and were put between others. */
const moved: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "io.k8s.api.core.v1.PodSpec": { initContainers: 1.3, ephemeralContainers: 2.5 },
  "io.k8s.api.core.v1.Container": {
    envFrom: 6.5,
    resizePolicy: 8.3,
    restartPolicy: 8.6,
    volumeDevices: 9.5,
    startupProbe: 11.5,
  },
  "io.k8s.api.core.v1.NodeSpec": { podCIDRs: 1.5 },
  "io.k8s.api.core.v1.ServiceSpec": { clusterIPs: 3.5 },
};

function place(typeName: string, name: string, fact: FieldFact | undefined): number {
  return moved[typeName]?.[name] ?? fact?.number ?? Number.MAX_SAFE_INTEGER;
}
