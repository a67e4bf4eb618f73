import { sameTree } from "../../api/object.ts";
import { type FieldError, invalid, required } from "../../api/status.ts";
import { each, immutable, oneOf } from "../field-checks.ts";
import { check, dns1035Label, dnsSubdomain } from "../names.ts";
import { columnErrors } from "./column-errors.ts";
import { conversionErrors } from "./conversion-errors.ts";
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionSpec,
  CustomResourceNames,
  CustomResourceVersion,
} from "./custom-resource-definition.ts";
import { scaleErrors } from "./scale-errors.ts";
import { selectableFieldErrors } from "./selectable-field-errors.ts";

type GivenNames = { readonly [K in keyof CustomResourceNames]?: CustomResourceNames[K] | undefined };
type Given = Partial<Omit<CustomResourceDefinitionSpec, "names">> & { readonly names?: GivenNames };

/**
 * What is wrong with a CustomResourceDefinition; once it is established its names stay.
 * Nothing has checked its shape before, so any part may be missing.
 */
export function definitionErrors(
  definition: CustomResourceDefinition,
  previous?: CustomResourceDefinition,
): FieldError[] {
  const spec = definition.spec as Given | undefined;
  if (!spec) return [required("spec")];
  const { names = {}, group = "" } = spec;
  const { name } = definition.metadata;
  return [
    ...(name === `${names.plural ?? ""}.${group}` ? [] : [misnamed(name)]),
    ...groupErrors("spec.group", group),
    ...oneOf("spec.scope", spec.scope, ["Cluster", "Namespaced"]),
    ...versionErrors("spec.versions", spec.versions ?? []),
    ...nameErrors("spec.names", names),
    ...partErrors(spec.versions ?? []),
    ...conversionErrors("spec.conversion", spec.conversion, previous?.spec.conversion),
    ...(spec.preserveUnknownFields ? [unknownFieldsKept()] : []),
    ...(previous && isEstablished(previous) ? changeErrors(definition, previous) : []),
  ];
}

function misnamed(own: string): FieldError {
  return invalid("metadata.name", own, 'must be spec.names.plural+"."+spec.group');
}

function unknownFieldsKept(): FieldError {
  const why = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead";
  return invalid("spec.preserveUnknownFields", true, why);
}

function groupErrors(field: string, group: string): FieldError[] {
  if (!group) return [required(field)];
  const problems = dnsSubdomain(group);
  if (problems.length > 0) return [invalid(field, group, problems.join(","))];
  return group.includes(".") ? [] : [invalid(field, group, "should be a domain with at least one dot")];
}

function versionErrors(field: string, versions: readonly CustomResourceVersion[]): FieldError[] {
  const names = versions.map(({ name }) => name);
  const stored = versions.filter(({ storage }) => storage);
  const errors = each(field, versions, (version, path) => [
    ...(version.name && dns1035Label(version.name).length === 0
      ? []
      : [invalid(`${path}.name`, version.name ?? "", dns1035Label(version.name ?? "").join(","))]),
    ...(version.schema?.openAPIV3Schema ? [] : [required(`${path}.schema.openAPIV3Schema`, "schemas are required")]),
    ...selectableFieldErrors(`${path}.selectableFields`, version),
  ]);
  if (new Set(names).size < names.length) errors.push(invalid(field, names, "must contain unique version names"));
  if (stored.length !== 1) {
    errors.push(invalid(field, names, "must have exactly one version marked as storage version"));
  }
  return errors;
}

/** What versions may share is spoken of once if all of them have the same. */
function partErrors(versions: readonly CustomResourceVersion[]): FieldError[] {
  const [first] = versions;
  const isShared = (part: "subresources" | "additionalPrinterColumns"): boolean =>
    versions.every((version) => version[part] !== undefined && sameTree(version[part], first?.[part]));
  const placed = (part: "subresources" | "additionalPrinterColumns"): [CustomResourceVersion, string][] =>
    first && isShared(part)
      ? [[first, `spec.${part}`]]
      : versions.map((version, index) => [version, `spec.versions[${index}].${part}`]);
  return [
    ...placed("subresources").flatMap(([{ subresources }, field]) =>
      scaleErrors(`${field}.scale`, subresources?.scale),
    ),
    ...placed("additionalPrinterColumns").flatMap(([version, field]) =>
      each(field, version.additionalPrinterColumns, (column, path) => columnErrors(path, column)),
    ),
  ];
}

function nameErrors(
  field: string,
  { plural, singular, kind, listKind, shortNames, categories }: GivenNames,
): FieldError[] {
  const label = (path: string, text: string): FieldError[] => check(path, text, dns1035Label);
  const mixedCase = (path: string, text: string): FieldError[] =>
    dns1035Label(text.toLowerCase()).map((problem) =>
      invalid(path, text, `may have mixed case, but should otherwise match: ${problem}`),
    );
  return [
    ...(plural ? label(`${field}.plural`, plural) : [required(`${field}.plural`)]),
    ...(singular ? label(`${field}.singular`, singular) : []),
    ...(kind ? mixedCase(`${field}.kind`, kind) : [required(`${field}.kind`)]),
    ...(listKind ? mixedCase(`${field}.listKind`, listKind) : [required(`${field}.listKind`)]),
    ...(listKind && listKind === kind
      ? [invalid(`${field}.listKind`, listKind, "kind and listKind may not be the same")]
      : []),
    ...each(`${field}.shortNames`, shortNames, (shortName, path) => label(path, shortName)),
    ...each(`${field}.categories`, categories, (category, path) => label(path, category)),
  ];
}

function isEstablished({ status }: CustomResourceDefinition): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === "Established" && value === "True") ?? false;
}

function changeErrors({ spec }: CustomResourceDefinition, { spec: before }: CustomResourceDefinition): FieldError[] {
  return [
    ...immutable("spec.group", spec.group, before.group),
    ...immutable("spec.scope", spec.scope, before.scope),
    ...immutable("spec.names.kind", spec.names.kind, before.names.kind),
    ...immutable("spec.names.plural", spec.names.plural, before.names.plural),
  ];
}
