import { type FieldError, invalid } from "../../api/status.ts";
import type { EnvFromSource, EnvVar, EnvVarSource } from "../../api/types.gen.ts";
import { each, requiredText } from "../field-checks.ts";
import { check, configKey, dnsSubdomain, forPrefix, type NameRule } from "../names.ts";
import { environmentFields, fieldReferenceErrors, resourceReferenceErrors } from "./validate-field-reference.ts";

export function environmentErrors(field: string, variables: readonly EnvVar[] | undefined): FieldError[] {
  return each(field, variables, ({ name, value, valueFrom }, path) => [
    ...requiredText(`${path}.name`, name),
    ...(name ? check(`${path}.name`, name, variableName) : []),
    ...(valueFrom ? sourceErrors(`${path}.valueFrom`, valueFrom, value) : []),
  ]);
}

/** Which item lacks a source is not told: the path is that of the list. */
export function environmentFromErrors(field: string, sources: readonly EnvFromSource[] | undefined): FieldError[] {
  return each(field, sources, ({ prefix, configMapRef, secretRef }, path) => [
    ...(prefix ? check(`${path}.prefix`, prefix, variableName) : []),
    ...(configMapRef ? nameErrors(`${path}.configMapRef.name`, configMapRef.name) : []),
    ...(secretRef ? nameErrors(`${path}.secretRef.name`, secretRef.name) : []),
    ...(configMapRef || secretRef ? [] : [invalid(field, "", "must specify one of: `configMapRef` or `secretRef`")]),
    ...(configMapRef && secretRef ? [invalid(field, "", moreThanOne)] : []),
  ]);
}

const moreThanOne = "may not have more than one field specified at a time";

/** Anything that can be printed, but no `=`. */
const variableName: NameRule = (text) =>
  /^[ -<>-~]*$/u.test(text)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];

function nameErrors(field: string, name: string | undefined): FieldError[] {
  return name ? check(field, name, forPrefix(dnsSubdomain)) : requiredText(field, name);
}

function sourceErrors(field: string, source: EnvVarSource, value: string | undefined): FieldError[] {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source;
  const count = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter((one) => one !== undefined).length;
  return [
    ...(fieldRef ? fieldReferenceErrors(`${field}.fieldRef`, fieldRef, environmentFields) : []),
    ...(resourceFieldRef
      ? resourceReferenceErrors(`${field}.resourceFieldRef`, resourceFieldRef, { needsContainer: false })
      : []),
    ...(configMapKeyRef ? keyErrors(`${field}.configMapKeyRef`, configMapKeyRef) : []),
    ...(secretKeyRef ? keyErrors(`${field}.secretKeyRef`, secretKeyRef) : []),
    ...countErrors(field, count, value),
  ];
}

function keyErrors(field: string, { name, key }: { readonly name?: string; readonly key: string }): FieldError[] {
  return [
    ...check(`${field}.name`, name ?? "", dnsSubdomain),
    ...(key ? check(`${field}.key`, key, configKey) : requiredText(`${field}.key`, key)),
  ];
}

function countErrors(field: string, count: number, value: string | undefined): FieldError[] {
  if (count === 0) {
    const why = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`";
    return [invalid(field, "", why)];
  }
  if (value) return [invalid(field, "", "may not be specified when `value` is not empty")];
  return count > 1 ? [invalid(field, "", moreThanOne)] : [];
}
