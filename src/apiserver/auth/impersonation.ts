import { badRequest } from "../../api/status.ts";
import type { ApiRequest, UserInfo } from "../request.ts";
import { withAuthenticatedGroup } from "./authentication.ts";
import type { Attributes, Authorizer } from "./authorization.ts";

const extraPrefix = "impersonate-extra-";
const authenticationGroup = "authentication.k8s.io";

/** Whom a request wants to act as. */
interface Wanted {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/**
 * The user for whom a request is made: `user`, or whom the Impersonate headers name if it may act as them. Throws
 * ApiError. https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
 */
export function actingUser(user: UserInfo, request: ApiRequest, authorizer: Authorizer): UserInfo {
  const wanted = wantedUser(request.headers);
  if (!wanted) return user;
  for (const attributes of questionsAbout(wanted, request.path)) authorizer.authorize(user, attributes);
  return impersonated(wanted);
}

function wantedUser(headers: ApiRequest["headers"]): Wanted | undefined {
  const name = headers["impersonate-user"] ?? "";
  const uid = headers["impersonate-uid"] ?? "";
  const groups = listIn(headers["impersonate-group"]);
  const extra = Object.fromEntries(
    Object.entries(headers)
      .filter(([header]) => header.startsWith(extraPrefix))
      .map(([header, value]) => [decodeURIComponent(header.slice(extraPrefix.length)), listIn(value)]),
  );
  const hasMore = uid !== "" || groups.length > 0 || Object.keys(extra).length > 0;
  if (name === "" && hasMore) throw badRequest("requested impersonation without impersonating a user");
  return name === "" ? undefined : { name, uid, groups, extra };
}

/** Headers that are sent more than once come joined. */
function listIn(value: string | undefined): readonly string[] {
  return value === undefined ? [] : value.split(",").map((one) => one.trim());
}

function questionsAbout({ name, uid, groups, extra }: Wanted, path: string): Attributes[] {
  const ask = (resource: Partial<NonNullable<Attributes["resource"]>>): Attributes => ({
    verb: "impersonate",
    path,
    resource: { group: "", plural: "", subresource: "", namespace: "", name: "", ...resource },
  });
  const account = serviceAccountIn(name);
  return [
    account ? ask({ plural: "serviceaccounts", ...account }) : ask({ plural: "users", name }),
    ...groups.map((group) => ask({ plural: "groups", name: group })),
    ...(uid === "" ? [] : [ask({ group: authenticationGroup, plural: "uids", name: uid })]),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value) => ask({ group: authenticationGroup, plural: "userextras", subresource: key, name: value })),
    ),
  ];
}

function impersonated({ name, uid, groups, extra }: Wanted): UserInfo {
  const account = serviceAccountIn(name);
  const implied = account ? ["system:serviceaccounts", `system:serviceaccounts:${account.namespace}`] : [];
  const user = { name, ...(uid ? { uid } : {}), ...(Object.keys(extra).length > 0 ? { extra } : {}) };
  const all = groups.length > 0 ? groups : implied;
  if (name !== "system:anonymous") return withAuthenticatedGroup({ ...user, groups: all });
  return { ...user, groups: all.includes("system:unauthenticated") ? all : [...all, "system:unauthenticated"] };
}

function serviceAccountIn(name: string): { namespace: string; name: string } | undefined {
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/u.exec(name) ?? [];
  return namespace !== undefined && account !== undefined ? { namespace, name: account } : undefined;
}
