import { metaPackage } from "../schema/type-name.ts";
import { patchName, type JsonSchema } from "./schema-names.ts";

const resourcePackage = "io.k8s.apimachinery.pkg.api.resource";
const extensionsPackage = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1";
const intstrPackage = "io.k8s.apimachinery.pkg.util.intstr";

/** The schema's name for a Go type that is a scalar or free-form in JSON. */
export const specialNames: Readonly<Record<string, string>> = {
  Time: `${metaPackage}.Time`,
  MicroTime: `${metaPackage}.MicroTime`,
  Duration: `${metaPackage}.Duration`,
  FieldsV1: `${metaPackage}.FieldsV1`,
  Quantity: `${resourcePackage}.Quantity`,
  IntOrString: `${intstrPackage}.IntOrString`,
  RawExtension: "io.k8s.apimachinery.pkg.runtime.RawExtension",
};

/** Schemas that are no struct of the facts. */
export const specialSchemas: Readonly<Record<string, JsonSchema>> = {
  [`${metaPackage}.Time`]: { description: "A time in RFC 3339, to the second.", format: "date-time", type: "string" },
  [`${metaPackage}.MicroTime`]: {
    description: "A time in RFC 3339, to the microsecond.",
    format: "date-time",
    type: "string",
  },
  [`${metaPackage}.Duration`]: { description: "A span of time such as 1h30m.", type: "string" },
  [`${metaPackage}.FieldsV1`]: {
    description:
      "A set of fields as a tree: f:NAME is a field, k:KEYS a list item by its keys, v:VALUE one by its value.",
    type: "object",
  },
  [`${resourcePackage}.Quantity`]: {
    description:
      "A number with a suffix: m (thousandths), k, M, G, T, P, E (powers of 1000) or Ki, Mi, Gi, Ti, Pi, Ei (powers of 1024).",
    oneOf: [{ type: "string" }, { type: "number" }],
  },
  [`${intstrPackage}.IntOrString`]: {
    description: "An integer or a string, as a port number or a port's name, a count or a percentage.",
    format: "int-or-string",
    oneOf: [{ type: "integer" }, { type: "string" }],
  },
  "io.k8s.apimachinery.pkg.runtime.RawExtension": { description: "An object of any kind.", type: "object" },
  [`${extensionsPackage}.JSON`]: {
    description: "Any JSON value: an array, object, number, string, true, false or null.",
  },
  [`${extensionsPackage}.JSONSchemaPropsOrArray`]: { description: "A schema, or an array of schemas." },
  [`${extensionsPackage}.JSONSchemaPropsOrBool`]: { description: "A schema, or true or false for any value or none." },
  [`${extensionsPackage}.JSONSchemaPropsOrStringArray`]: { description: "A schema, or an array of field names." },
  [patchName]: { description: "A patch in the form that the Content-Type says.", type: "object" },
};
