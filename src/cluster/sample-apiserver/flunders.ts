import { deepFreeze, type KubeObject } from "../../api/object.ts";
import { type FieldError, invalid, required } from "../../api/status.ts";
import { prunedObject } from "../../apiserver/custom-resources/prune.ts";
import { schemaValidator } from "../../apiserver/custom-resources/schema-errors.ts";
import type { StructuralSchema } from "../../apiserver/custom-resources/structural-schema.ts";
import { createdAt, name } from "../../resources/columns.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";

const group = "wardle.example.com";
const text: StructuralSchema = { type: "string" };

interface Flunder extends KubeObject {
  readonly spec?: {
    readonly reference?: string;
    readonly flunderReference?: string;
    readonly fischerReference?: string;
    readonly referenceType?: string;
  };
  readonly status?: object;
}

export interface Fischer extends KubeObject {
  readonly disallowedFlunders?: readonly string[];
}

/** What sample-apiserver serves. https://github.com/kubernetes/sample-apiserver */
export function wardleResources(): readonly ResourceDefinition[] {
  return [fischers, flunders, flundersBeta];
}

export const fischers: ResourceDefinition = kindOf("Fischer", "v1alpha1", {
  disallowedFlunders: { type: "array", items: text },
});

/** The version in which they are stored. */
const flunders: ResourceDefinition = {
  ...kindOf("Flunder", "v1alpha1", {
    spec: { type: "object", properties: { reference: text, referenceType: text } },
    status: { type: "object" },
  }),
  default(object) {
    fillIn(object);
    const { spec = {} } = object as Flunder;
    if (spec.reference && !spec.referenceType) assign(object, { spec: { ...spec, referenceType: "Flunder" } });
  },
  validate: (object, previous) => [...shapeErrors(flunders, object), ...(previous ? [] : specErrors(beta(object)))],
};

const flundersBeta: ResourceDefinition = {
  ...kindOf("Flunder", "v1beta1", {
    spec: { type: "object", properties: { flunderReference: text, fischerReference: text, referenceType: text } },
    status: { type: "object" },
  }),
  storedAs: {
    resource: flunders,
    toStored: (object) => deepFreeze(alpha(object)),
    fromStored: (object) => deepFreeze(beta(object)),
  },
  default: fillIn,
  validate: (object, previous) => [...shapeErrors(flundersBeta, object), ...(previous ? [] : specErrors(object))],
};

function kindOf(
  kind: "Flunder" | "Fischer",
  version: string,
  properties: Readonly<Record<string, StructuralSchema>>,
): ResourceDefinition {
  const schema: StructuralSchema = { type: "object", properties };
  return {
    group,
    version,
    kind,
    plural: `${kind.toLowerCase()}s`,
    namespaced: kind === "Flunder",
    columns: [name, createdAt],
    openApiSchema: schema as Readonly<Record<string, unknown>>,
    prune(object) {
      const unknown: string[] = [];
      const kept = prunedObject(schema, object as object as Readonly<Record<string, unknown>>, unknown);
      for (const field of Object.keys(object))
        if (!(field in kept)) delete (object as unknown as Record<string, unknown>)[field];
      assign(object, kept);
      return { unknown };
    },
    validate: (object) => shapeErrors({ openApiSchema: schema as Readonly<Record<string, unknown>> }, object),
  };
}

function shapeErrors({ openApiSchema }: Pick<ResourceDefinition, "openApiSchema">, object: KubeObject): FieldError[] {
  return schemaValidator(openApiSchema as StructuralSchema)(object).map(({ error }) => error);
}

/** What Go writes even where it is empty. */
function fillIn(object: KubeObject): void {
  const { spec = {}, status = {} } = object as Flunder;
  assign(object, { spec, status });
}

function assign(object: KubeObject, fields: object): void {
  Object.assign(object, fields);
}

function beta(object: KubeObject): Flunder {
  const { spec = {} } = object as Flunder;
  const { reference, referenceType } = spec;
  const named = referenceType === "Fischer" ? "fischerReference" : "flunderReference";
  const isKnown = referenceType === "Fischer" || referenceType === "Flunder";
  return {
    ...object,
    apiVersion: `${group}/v1beta1`,
    spec: isKnown ? { ...(reference ? { [named]: reference } : {}), referenceType } : {},
  };
}

function alpha(object: KubeObject): Flunder {
  const { flunderReference, fischerReference, referenceType } = (object as Flunder).spec ?? {};
  const reference = referenceType === "Fischer" ? fischerReference : flunderReference;
  const isKnown = referenceType === "Fischer" || referenceType === "Flunder";
  return {
    ...object,
    apiVersion: `${group}/v1alpha1`,
    spec: isKnown ? { ...(reference ? { reference } : {}), referenceType } : {},
  };
}

function specErrors(object: KubeObject): FieldError[] {
  const { flunderReference = "", fischerReference = "", referenceType = "" } = (object as Flunder).spec ?? {};
  const known = ["Flunder", "Fischer", ""];
  return [
    ...referenceErrors(flunderReference, fischerReference, referenceType),
    ...(known.includes(referenceType)
      ? []
      : [invalid("spec.referenceType", referenceType, "must be Flunder or Fischer")]),
  ];
}

/** Of these, one is told. */
function referenceErrors(flunder: string, fischer: string, type: string): FieldError[] {
  const [flunderField, fischerField] = ["spec.flunderReference", "spec.fischerReference"];
  if (flunder && fischer)
    return [invalid(fischerField, fischer, "cannot be set with flunderReference at the same time")];
  if (flunder && type !== "Flunder")
    return [invalid(flunderField, flunder, "cannot be set if referenceType is not Flunder")];
  if (fischer && type !== "Fischer")
    return [invalid(fischerField, fischer, "cannot be set if referenceType is not Fischer")];
  if (!fischer && type === "Fischer") return [required(fischerField, "cannot be empty if referenceType is Fischer")];
  return !flunder && type === "Flunder" ? [required(flunderField, "cannot be empty if referenceType is Flunder")] : [];
}
