import { formatLabelSelector } from "../../api/selectors.ts";
import { duplicate, type FieldError, invalid, notAllowed, required } from "../../api/status.ts";
import type { ParamRef, ValidatingAdmissionPolicyBinding } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { oneOf } from "../field-checks.ts";
import { labelSelectorErrors } from "../label-selector.ts";
import { check, dnsSubdomain } from "../names.ts";
import { defaultMatch, narrowingErrors } from "./validating-admission-policy.ts";

const actions = ["Audit", "Deny", "Warn"];

/** Puts a policy to work. */
export const validatingAdmissionPolicyBindings: ResourceDefinition<ValidatingAdmissionPolicyBinding> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingAdmissionPolicyBinding",
  plural: "validatingadmissionpolicybindings",
  categories: ["api-extensions"],
  namespaced: false,
  type: "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding",
  tracksGeneration: true,
  columns: [
    name,
    { name: "PolicyName", value: ({ spec }) => spec.policyName ?? "" },
    { name: "ParamRef", value: ({ spec }) => paramRefText(spec.paramRef) },
    age,
  ],

  default(binding) {
    binding.spec ??= {};
    if (binding.spec.matchResources) defaultMatch(binding.spec.matchResources);
  },

  validate: ({ spec }) => [
    ...(spec.policyName ? check("spec.policyName", spec.policyName, dnsSubdomain) : [required("spec.policyName")]),
    ...(spec.paramRef ? paramRefErrors("spec.paramRef", spec.paramRef) : []),
    ...(spec.matchResources ? narrowingErrors("spec.matchResources", spec.matchResources) : []),
    ...actionErrors("spec.validationActions", spec.validationActions ?? []),
  ],
};

function paramRefText(ref: ParamRef | undefined): string {
  if (!ref) return "<unset>";
  if (ref.name) return `${ref.namespace || "*"}/${ref.name}`;
  return ref.selector ? formatLabelSelector(ref.selector) : "<unset>";
}

function paramRefErrors(
  field: string,
  { name: own, selector, parameterNotFoundAction: action }: ParamRef,
): FieldError[] {
  const errors: FieldError[] = [];
  const why = "name and selector are mutually exclusive";
  if (own && selector) errors.push(notAllowed(`${field}.name`, why), notAllowed(`${field}.selector`, why));
  if (!own && !selector) {
    const one = "one of name or selector must be specified";
    errors.push(required(`${field}.name`, one), required(`${field}.selector`, one));
  }
  errors.push(...labelSelectorErrors(`${field}.selector`, selector));
  return [...errors, ...oneOf(`${field}.parameterNotFoundAction`, action, ["Deny", "Allow"])];
}

function actionErrors(field: string, asked: readonly string[]): FieldError[] {
  if (asked.length === 0) return [required(field)];
  const errors = asked.flatMap((action, index) =>
    asked.indexOf(action) < index
      ? [duplicate(`${field}[${index}]`, action)]
      : oneOf(`${field}[${index}]`, action, actions),
  );
  if (!asked.includes("Deny") || !asked.includes("Warn")) return errors;
  const why =
    "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)";
  return [...errors, invalid(field, asked, why)];
}
