import type { ApiRequest, UserInfo } from "../request.ts";
import type { ResourceRoute } from "../route.ts";

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
  };
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authorization/ */
export interface Authorizer {
  allows(user: UserInfo, attributes: Attributes): boolean;
  /** Throws Forbidden, worded as upstream. */
  authorize(user: UserInfo, attributes: Attributes): void;
}

export function attributesOf(request: ApiRequest, route: ResourceRoute | undefined): Attributes {
  if (!route) return { verb: request.method.toLowerCase(), path: request.path };
  const { resource, subresource, namespace, name, verb } = route;
  const { group, plural } = resource;
  return { verb, path: request.path, resource: { group, plural, subresource, namespace, name } };
}
