import { storedRbac } from "../auth/stored-rbac.ts";
import { CelAuthorizer, registerAuthorizer } from "../cel/authorizer.ts";
import { createEnvironment } from "../cel/environment.ts";
import { type Expression, ExpressionError, expressionReader } from "../cel/expressions.ts";
import { celValue } from "../cel/values.ts";
import type { AdmissionRequest } from "./admission.ts";
import { keyOfRequest, namespaceOf, requestFacts } from "./request-facts.ts";
import type { SeenRequest } from "./seen-request.ts";

const environment = createEnvironment(["object", "oldObject", "request", "params", "namespaceObject", "variables"]);
registerAuthorizer(environment);
environment.registerVariable("authorizer", "kubernetes.authorization.Authorizer");

/** Reads an expression about a request. Throws ExpressionError. */
export const readExpression: (text: string) => Expression = expressionReader(environment);

/** What expressions see of a request, each part made when it is first looked at. */
export function expressionContext(request: AdmissionRequest, seen: SeenRequest): object {
  const { object, previous, matched } = seen;
  return lazy({
    object: () => (object ? celValue(object) : null),
    oldObject: () => (previous ? celValue(previous) : null),
    request: () => celValue(requestFacts(request, matched)),
    params: () => null,
    namespaceObject: () => celValue(namespaceOf(request) ?? null),
    variables: () => ({}),
    authorizer: () => authorizerOf(request),
  });
}

function authorizerOf(request: AdmissionRequest): CelAuthorizer {
  const { resource, subresource, options, registry } = request;
  const { group, plural } = resource;
  return new CelAuthorizer(storedRbac(registry), options.user, {
    group,
    plural,
    subresource,
    ...keyOfRequest(request),
  });
}

/** The same request with its parameters and the policy's own variables, each worked out when first used. */
export function withVariables(
  context: object,
  params: unknown,
  variables: readonly { readonly name: string; readonly expression: string }[],
): object {
  const whole: object = Object.create(null, {
    ...Object.getOwnPropertyDescriptors(context),
    params: { value: celValue(params ?? null), enumerable: true },
    variables: {
      enumerable: true,
      value: lazy(
        Object.fromEntries(variables.map(({ name, expression }) => [name, () => evaluate(expression, whole)])),
      ),
    },
  }) as object;
  return whole;
}

/** Works out an expression. Throws ExpressionError, worded as upstream. */
export function evaluate(text: string, context: object): unknown {
  try {
    return readExpression(text)(context);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new ExpressionError(`expression '${text}' resulted in error: ${error.message}`);
  }
}

function lazy(makers: Readonly<Record<string, () => unknown>>): object {
  const made = new Map<string, unknown>();
  const properties = Object.entries(makers).map(([name, make]) => [
    name,
    {
      enumerable: true,
      get(): unknown {
        if (!made.has(name)) made.set(name, make());
        return made.get(name);
      },
    },
  ]);
  return Object.defineProperties({}, Object.fromEntries(properties) as PropertyDescriptorMap);
}
