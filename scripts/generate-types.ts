/** Writes src/api/types.gen.ts: a TypeScript interface for every type in facts/types.json. */
import { readFileSync, writeFileSync } from "node:fs";

interface FieldFact {
  type?: string;
  format?: string;
  goType?: string;
  ref?: string;
  items?: FieldFact;
  additionalProperties?: FieldFact | boolean;
  enum?: string[];
}
interface TypeFact {
  fields?: Record<string, FieldFact>;
  inline?: { of: FieldFact }[];
  required?: string[];
}

const facts = JSON.parse(readFileSync("facts/types.json", "utf8")) as Record<string, TypeFact>;
const typeMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.TypeMeta";
const objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
const elsewhere = new Set([typeMeta, objectMeta]);

/** Opaque or scalar on the wire; written by hand here. */
const byHand: Record<string, string> = {
  "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "string",
  "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "string",
  "io.k8s.apimachinery.pkg.runtime.RawExtension": "Record<string, unknown>",
  "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "Record<string, unknown>",
};

const names = chooseNames();

/** The first version of a kind takes its plain name, later ones are prefixed: `EventsV1Event`. */
function chooseNames(): Map<string, string> {
  const chosen = new Map<string, string>();
  const taken = new Set<string>();
  for (const full of Object.keys(facts).toSorted(byPreference)) {
    if (!wanted(full)) continue;
    const [kind = "", version = "", group = ""] = full.split(".").toReversed();
    const name = taken.has(kind) ? `${capital(group)}${capital(version)}${kind}` : kind;
    taken.add(name);
    chosen.set(full, name);
  }
  return chosen;
}

function byPreference(a: string, b: string): number {
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function rank(full: string): number {
  if (full.startsWith("io.k8s.apimachinery")) return 0;
  if (full.startsWith("io.k8s.api.core.")) return 1;
  if (/alpha/u.test(full)) return 5;
  if (/beta/u.test(full)) return 4;
  return full.includes(".autoscaling.v1.") ? 3 : 2;
}

function wanted(full: string): boolean {
  return (
    !elsewhere.has(full) &&
    !byHand[full] &&
    !/\.pkg\.runtime\.|metrics\.(ContainerMetrics|.*List$|NodeMetrics|PodMetrics)$/u.test(full) &&
    !(full.endsWith("List") && facts[full]?.fields?.["items"])
  );
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function typeOf(field: FieldFact): string {
  if (field.enum) return field.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (field.ref) return refTo(field.ref);
  switch (field.type) {
    case "array":
      return `readonly ${parenthesised(field.items ? typeOf(field.items) : "string")}[]`;
    case "object":
      return typeof field.additionalProperties === "object"
        ? `Readonly<Record<string, ${typeOf(field.additionalProperties)}>>`
        : "Record<string, unknown>";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "string":
      return field.format === "int-or-string" ? "number | string" : "string";
    default:
      return "unknown";
  }
}

function refTo(full: string): string {
  if (full === objectMeta) return "Partial<ObjectMeta>";
  return byHand[full] ?? names.get(full) ?? "unknown";
}

function parenthesised(type: string): string {
  return /[| ]/u.test(type) ? `(${type})` : type;
}

function interfaceOf(full: string, name: string): string {
  const fact = facts[full] ?? {};
  const required = new Set(fact.required);
  const parents = (fact.inline ?? []).map(({ of }) => of.ref ?? "").filter((ref) => ref !== typeMeta && names.has(ref));
  const isKind = fact.fields?.["metadata"]?.ref === objectMeta && hasTypeMeta(fact);
  const bases = [...(isKind ? ["KubeObject"] : []), ...parents.map((ref) => refTo(ref))];
  const lines = Object.entries(fact.fields ?? {})
    .filter(([field]) => !(isKind && field === "metadata"))
    .map(([field, type]) => {
      const mark = required.has(field) || (isKind && field === "spec") ? "" : "?";
      return `  readonly ${/^\w+$/u.test(field) ? field : JSON.stringify(field)}${mark}: ${typeOf(type)};`;
    });
  const base = bases.length > 0 ? ` extends ${bases.join(", ")}` : "";
  return `/** ${full} */\nexport interface ${name}${base} {\n${lines.join("\n")}\n}\n`;
}

function hasTypeMeta(fact: TypeFact): boolean {
  return (fact.inline ?? []).some(({ of }) => of.ref === typeMeta);
}

/** Kinds that are no questions or actions, but kept: those of stable versions, by their plain names. */
function keptKinds(): string {
  const passing = /authentication|authorization|(?:Binding|ComponentStatus|Eviction|PartialObjectMetadata|Scale)$/u;
  const kinds = [...names].filter(([full, name]) => {
    const fact = facts[full] ?? {};
    const isKind = fact.fields?.["metadata"]?.ref === objectMeta && hasTypeMeta(fact);
    const isPassing = passing.test(full) && !full.includes(".rbac.") && !full.includes(".admissionregistration.");
    return isKind && !isPassing && /\.v\d+\.\w+$/u.test(full) && full.endsWith(`.${name}`);
  });
  const lines = kinds.map(([, name]) => `  readonly ${name}: ${name};`);
  return `\n/** The types of the kinds that a cluster keeps. */\nexport interface Kinds {\n${lines.join("\n")}\n}\n`;
}

const body = [...names].map(([full, name]) => interfaceOf(full, name)).join("\n") + keptKinds();
writeFileSync(
  "src/api/types.gen.ts",
  `// Made by scripts/generate-types.ts from facts/types.json: change those.\n` +
    `import type { KubeObject, ObjectMeta } from "./object.ts";\n\n${body}`,
);
