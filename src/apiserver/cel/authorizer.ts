import type { Environment } from "@marcbachmann/cel-js";

import type { Attributes, Authorizer } from "../auth/authorization.ts";
import type { UserInfo } from "../request.ts";

type Resource = NonNullable<Attributes["resource"]>;

const noResource: Resource = { group: "", plural: "", subresource: "", namespace: "", name: "" };

/** Asks what a user may do. `requestResource` is what the request at hand is about. */
export class CelAuthorizer {
  readonly authorizer: Authorizer;
  readonly user: UserInfo;
  readonly requestResource: ResourceCheck;

  constructor(authorizer: Authorizer, user: UserInfo, about: Resource) {
    this.authorizer = authorizer;
    this.user = user;
    this.requestResource = new ResourceCheck(this, about);
  }

  decide(attributes: Attributes): Decision {
    return new Decision(this.authorizer.allows(this.user, attributes));
  }
}

class PathCheck {
  readonly authorizer: CelAuthorizer;
  readonly path: string;

  constructor(authorizer: CelAuthorizer, path: string) {
    this.authorizer = authorizer;
    this.path = path;
  }
}

class GroupCheck {
  readonly authorizer: CelAuthorizer;
  readonly group: string;

  constructor(authorizer: CelAuthorizer, group: string) {
    this.authorizer = authorizer;
    this.group = group;
  }
}

class ResourceCheck {
  readonly authorizer: CelAuthorizer;
  readonly resource: Resource;

  constructor(authorizer: CelAuthorizer, resource: Resource) {
    this.authorizer = authorizer;
    this.resource = resource;
  }

  with(change: Partial<Resource>): ResourceCheck {
    return new ResourceCheck(this.authorizer, { ...this.resource, ...change });
  }
}

class Decision {
  readonly isAllowed: boolean;

  constructor(isAllowed: boolean) {
    this.isAllowed = isAllowed;
  }
}

/** https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-authorizer-library */
export function registerAuthorizer(environment: Environment): void {
  const [authorizer, path, group, resource, decision] = [
    "kubernetes.authorization.Authorizer",
    "kubernetes.authorization.PathCheck",
    "kubernetes.authorization.GroupCheck",
    "kubernetes.authorization.ResourceCheck",
    "kubernetes.authorization.Decision",
  ];
  environment
    .registerType(resource, ResourceCheck)
    .registerType(authorizer, { ctor: CelAuthorizer, fields: { requestResource: resource } })
    .registerType(path, PathCheck)
    .registerType(group, GroupCheck)
    .registerType(decision, Decision)
    .registerFunction(`${authorizer}.path(string): ${path}`, (one: CelAuthorizer, at: string) => new PathCheck(one, at))
    .registerFunction(
      `${authorizer}.group(string): ${group}`,
      (one: CelAuthorizer, name: string) => new GroupCheck(one, name),
    )
    .registerFunction(`${authorizer}.serviceAccount(string, string): ${authorizer}`, asServiceAccount)
    .registerFunction(
      `${group}.resource(string): ${resource}`,
      (one: GroupCheck, plural: string) =>
        new ResourceCheck(one.authorizer, { ...noResource, group: one.group, plural }),
    )
    .registerFunction(`${resource}.subresource(string): ${resource}`, (one: ResourceCheck, subresource: string) =>
      one.with({ subresource }),
    )
    .registerFunction(`${resource}.namespace(string): ${resource}`, (one: ResourceCheck, namespace: string) =>
      one.with({ namespace }),
    )
    .registerFunction(`${resource}.name(string): ${resource}`, (one: ResourceCheck, name: string) => one.with({ name }))
    .registerFunction(`${resource}.check(string): ${decision}`, (one: ResourceCheck, verb: string) =>
      one.authorizer.decide({ verb, path: "", resource: one.resource }),
    )
    .registerFunction(`${path}.check(string): ${decision}`, (one: PathCheck, verb: string) =>
      one.authorizer.decide({ verb, path: one.path }),
    )
    .registerFunction(`${decision}.allowed(): bool`, ({ isAllowed }: Decision) => isAllowed)
    .registerFunction(`${decision}.reason(): string`, () => "")
    .registerFunction(`${decision}.errored(): bool`, () => false)
    .registerFunction(`${decision}.error(): string`, () => "");
}

function asServiceAccount({ authorizer, requestResource }: CelAuthorizer, space: string, name: string): CelAuthorizer {
  const groups = ["system:serviceaccounts", `system:serviceaccounts:${space}`, "system:authenticated"];
  const user = { name: `system:serviceaccount:${space}:${name}`, groups };
  return new CelAuthorizer(authorizer, user, requestResource.resource);
}
