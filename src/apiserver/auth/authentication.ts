import { unauthorized } from "../../api/status.ts";
import type { ApiRequest, UserInfo } from "../request.ts";

/** Whom a bearer token speaks for, and to which of those who ask. */
export interface TokenUser {
  readonly user: UserInfo;
  readonly audiences: readonly string[];
}

/** Turns a bearer token into a user; undefined: not one of its tokens, or not for any of `audiences`. */
export interface TokenAuthenticator {
  /** Without audiences the API server itself asks. */
  authenticateToken(token: string, audiences?: readonly string[]): TokenUser | undefined;
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/ */
export interface Authenticator {
  /** Rejects with Unauthorized when credentials are given that are not good. */
  authenticate(request: ApiRequest): Promise<UserInfo>;
}

const anonymous: UserInfo = { name: "system:anonymous", groups: ["system:unauthenticated"] };

/** Client certificates (proven by TLS), then bearer tokens, then nobody in particular. */
export function createAuthenticator(tokens: readonly TokenAuthenticator[]): Authenticator {
  return {
    async authenticate({ user, headers }) {
      if (user) return withAuthenticatedGroup(user);
      const { authorization } = headers;
      if (authorization === undefined || authorization === "") return anonymous;
      const [, token] = /^bearer +(\S+)$/iu.exec(authorization) ?? [];
      if (token === undefined) return anonymous;
      for (const authenticator of tokens) {
        const found = authenticator.authenticateToken(token);
        if (found) return withAuthenticatedGroup(found.user);
      }
      throw unauthorized();
    },
  };
}

/** Whoever has proven who they are is in this group. */
export function withAuthenticatedGroup(user: UserInfo): UserInfo {
  if (user.groups.includes("system:authenticated")) return user;
  return { ...user, groups: [...user.groups, "system:authenticated"] };
}
