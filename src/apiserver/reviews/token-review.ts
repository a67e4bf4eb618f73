import type { KubeObject } from "../../api/object.ts";
import { badRequest } from "../../api/status.ts";
import type { TokenReview, TokenReviewStatus } from "../../api/types.gen.ts";
import { tokenReviews } from "../../resources/authentication/token-review.ts";
import type { TokenAuthenticator } from "../auth/authentication.ts";
import type { UserInfo } from "../request.ts";
import type { Review } from "./review.ts";
import { userFields } from "./self-review.ts";

/**
 * Whose a token is. `audience` is the one that this server's tokens are for: a review for others only is not met.
 * https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/
 */
export function tokenReview(tokens: readonly TokenAuthenticator[], audience: string): Review<TokenReview> {
  return {
    resource: tokenReviews,
    async answer(review) {
      const { token, audiences = [] } = review.spec;
      if (!token) throw badRequest("token is required for TokenReview in authentication");
      const meets = audiences.length === 0 || audiences.includes(audience);
      const user = meets ? await userOf(tokens, token) : undefined;
      return { ...review, status: statusOf(user, audience) } as KubeObject;
    },
  };
}

async function userOf(tokens: readonly TokenAuthenticator[], token: string): Promise<UserInfo | undefined> {
  for (const authenticator of tokens) {
    const user = await authenticator.authenticateToken(token);
    if (user) return user;
  }
  return undefined;
}

function statusOf(user: UserInfo | undefined, audience: string): TokenReviewStatus {
  if (!user) return { user: {}, error: "invalid bearer token" };
  return { authenticated: true, user: userFields(user), audiences: [audience] };
}
