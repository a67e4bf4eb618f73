import { unauthorized } from "../../api/status.ts";
import type { ApiRequest, UserInfo } from "../request.ts";

/** Whose a token is, and for which of the audiences that were asked for. */
export interface TokenOwner {
  readonly user: UserInfo;
  readonly audiences: readonly string[];
}

/** Turns bearer tokens into users. */
export interface TokenAuthenticator {
  /**
   * undefined: not one of its tokens. Throws TokenError for one that is not good, or not for any of the audiences: the
   * API server's own, unless others are given.
   */
  authenticateToken(token: string, audiences?: readonly string[]): TokenOwner | undefined;
}

/** Why a token is refused. */
export class TokenError extends Error {}

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
      return withAuthenticatedGroup(ownerOf(token, tokens).user);
    },
  };
}

function ownerOf(token: string, tokens: readonly TokenAuthenticator[]): TokenOwner {
  try {
    for (const authenticator of tokens) {
      const found = authenticator.authenticateToken(token);
      if (found) return found;
    }
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
  }
  throw unauthorized();
}

/** Whoever has proven who they are is in this group. */
export function withAuthenticatedGroup(user: UserInfo): UserInfo {
  if (user.groups.includes("system:authenticated")) return user;
  return { ...user, groups: [...user.groups, "system:authenticated"] };
}
