import type { KubeObject } from "../../api/object.ts";
import { ApiError, forbidden, invalidObject } from "../../api/status.ts";
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from "../../api/types.gen.ts";
import { validatingAdmissionPolicyBindings } from "../../resources/admissionregistration/validating-admission-policy-binding.ts";
import { validatingAdmissionPolicies } from "../../resources/admissionregistration/validating-admission-policy.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import type { AdmissionRequest, AdmissionStep } from "./admission.ts";
import { expressionContext, withVariables } from "./expression-context.ts";
import { isExempt, matchRequest } from "./match-request.ts";
import { expressionErrors } from "./policy/expression-errors.ts";
import { type Objection, objectionsOf } from "./policy/judge.ts";
import { ConfigurationError, paramsOf } from "./policy/params.ts";
import { keyOfRequest } from "./request-facts.ts";
import { seenAs } from "./seen-request.ts";

/**
 * Lets the cluster's policies judge requests, as their bindings say. Without an audit log, the action "Audit" does
 * nothing that could be seen. https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export const validatingAdmissionPolicy: AdmissionStep = {
  name: "ValidatingAdmissionPolicy",
  seesEverything: true,

  validate(request) {
    checkPolicy(request);
    const bindings = stored<ValidatingAdmissionPolicyBinding>(request, validatingAdmissionPolicyBindings);
    if (bindings.length === 0 || isExempt(request)) return undefined;
    return judge(bindings, request);
  },
};

async function judge(bindings: readonly ValidatingAdmissionPolicyBinding[], request: AdmissionRequest): Promise<void> {
  const verdicts = (await Promise.all(bindings.map((binding) => verdictsOf(binding, request)))).flat();
  for (const verdict of verdicts.filter(({ actions }) => actions.includes("Warn"))) {
    request.options.warn?.(`Validation failed for ${nameOf(verdict)}: ${verdict.objection.message}`);
  }
  const denial = verdicts.find(({ actions }) => actions.includes("Deny"));
  if (denial) throw denied(denial, request);
}

/** A policy's expressions must be sound before it is stored. */
function checkPolicy({ resource, object, operation, subresource }: AdmissionRequest): void {
  if (operation === "DELETE" || subresource !== "" || resource.kind !== validatingAdmissionPolicies.kind) return;
  const errors = expressionErrors(object as KubeObject as ValidatingAdmissionPolicy);
  if (errors.length > 0) throw invalidObject(resource, object.metadata.name, errors);
}

function stored<T extends KubeObject>({ registry }: AdmissionRequest, resource: ResourceDefinition<T>): readonly T[] {
  const plain: ResourceDefinition = resource;
  return registry.list(plain) as readonly T[];
}

interface Verdict {
  readonly policy: string;
  readonly binding: string;
  readonly actions: readonly string[];
  readonly objection: Objection;
}

async function verdictsOf(
  { spec, metadata }: ValidatingAdmissionPolicyBinding,
  request: AdmissionRequest,
): Promise<Verdict[]> {
  const policies: ResourceDefinition = validatingAdmissionPolicies;
  const name = spec.policyName ?? "";
  const policy = request.registry.find(policies, { namespace: "", name }) as ValidatingAdmissionPolicy | undefined;
  const matched = policy && matchRequest(request, policy.spec.matchConstraints ?? {});
  if (!policy || !matched) return [];
  if (spec.matchResources && !matchRequest(request, spec.matchResources)) return [];
  const verdict = { policy: name, binding: metadata.name };
  try {
    const params = paramsOf(policy.spec.paramKind, spec.paramRef, request);
    const context = expressionContext(request, await seenAs(request, matched));
    const actions = spec.validationActions ?? [];
    return params
      .flatMap((param) => objectionsOf(policy, withVariables(context, param, policy.spec.variables ?? [])))
      .map((objection) => ({ ...verdict, actions, objection }));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    if (policy.spec.failurePolicy === "Ignore") return [];
    return [{ ...verdict, actions: ["Deny"], objection: { message: error.message, reason: "Invalid" } }];
  }
}

function nameOf({ policy, binding }: Verdict): string {
  return `ValidatingAdmissionPolicy '${policy}' with binding '${binding}'`;
}

const codes: Readonly<Record<string, number>> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413 };
const unprocessableCode = 422;

/** Worded as forbidden, whatever reason the policy gives. */
function denied(verdict: Verdict, request: AdmissionRequest): ApiError {
  const { message, reason } = verdict.objection;
  const cause = `${nameOf(verdict)} denied request: ${message}`;
  const { status, message: whole } = forbidden(request.resource, keyOfRequest(request).name, cause);
  const details = { ...status.details, causes: [{ message: cause }] };
  return new ApiError(codes[reason] ?? unprocessableCode, reason, whole, details);
}
