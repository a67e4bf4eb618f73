import { ApiError } from "../../api/status.ts";
import type { ApiRequest, UserInfo } from "../request.ts";
import { parseResourcePath, type ResourceRoute } from "../route.ts";

/** What is asked for, in the words of RBAC. */
export interface Attributes {
  /** `get`, `list`, … for resources; the lower-case HTTP method for other paths. */
  readonly verb: string;
  readonly path: string;
  readonly resource?: {
    readonly group: string;
    readonly plural: string;
    readonly subresource: string;
    readonly namespace: string;
    readonly name: string;
    /** Which of a list: `spec.nodeName=worker`. */
    readonly fieldSelector?: string;
  };
}

/** `reason` may be "". */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authorization/ */
export interface Authorizer {
  decide(user: UserInfo, attributes: Attributes): Decision;
  allows(user: UserInfo, attributes: Attributes): boolean;
  /** Throws Forbidden, worded as upstream. */
  authorize(user: UserInfo, attributes: Attributes): void;
}

export function authorizerFrom(decide: Authorizer["decide"]): Authorizer {
  return {
    decide,
    allows: (user, attributes) => decide(user, attributes).allowed,
    authorize(user, attributes) {
      const { allowed, reason } = decide(user, attributes);
      if (!allowed) throw forbiddenTo(user, attributes, reason);
    },
  };
}

/** Who is allowed by any of them is allowed. */
export function anyOf(authorizers: readonly Pick<Authorizer, "decide">[]): Authorizer {
  return authorizerFrom((user, attributes) => {
    const reasons: string[] = [];
    for (const one of authorizers) {
      const decision = one.decide(user, attributes);
      if (decision.allowed) return decision;
      if (decision.reason !== "") reasons.push(decision.reason);
    }
    return { allowed: false, reason: reasons.join("\n") };
  });
}

/** What there is not, or others serve, is a resource all the same. */
export function attributesOf(request: ApiRequest, route: ResourceRoute | undefined): Attributes {
  const named = route ? { ...route, ...namesOf(route) } : parseResourcePath(request);
  if (!named) return { verb: request.method.toLowerCase(), path: request.path };
  const { group, plural, subresource, namespace, name, verb } = named;
  const fieldSelector = request.query.get("fieldSelector");
  return {
    verb,
    path: request.path,
    resource: { group, plural, subresource, namespace, name, ...(fieldSelector ? { fieldSelector } : {}) },
  };
}

/** Forbidden, worded as upstream words it whoever decides. `reason` may be "". */
export function forbiddenTo(user: UserInfo, { verb, path, resource }: Attributes, reason: string): ApiError {
  const who = `User ${JSON.stringify(user.name)} cannot ${verb}`;
  const because = reason === "" ? "" : `: ${reason}`;
  if (!resource) return new ApiError(403, "Forbidden", `forbidden: ${who} path ${JSON.stringify(path)}${because}`, {});
  const { group, plural, subresource, namespace, name } = resource;
  const what = subresource ? `${plural}/${subresource}` : plural;
  const qualified = group ? `${plural}.${group}` : plural;
  const where = namespace ? `in the namespace ${JSON.stringify(namespace)}` : "at the cluster scope";
  const subject = name ? `${qualified} ${JSON.stringify(name)}` : qualified;
  const why = `${who} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}${because}`;
  const details = { ...(name ? { name } : {}), ...(group ? { group } : {}), kind: plural };
  return new ApiError(403, "Forbidden", `${subject} is forbidden: ${why}`, details);
}

function namesOf({ resource: { group, plural } }: ResourceRoute): { group: string; plural: string } {
  return { group, plural };
}
