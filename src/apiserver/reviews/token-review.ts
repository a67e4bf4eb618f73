import type { KubeObject } from "../../api/object.ts";
import { badRequest } from "../../api/status.ts";
import type { TokenReview, TokenReviewStatus } from "../../api/types.gen.ts";
import { tokenReviews } from "../../resources/authentication/token-review.ts";
import type { TokenAuthenticator, TokenUser } from "../auth/authentication.ts";
import type { Review } from "./review.ts";
import { userFields } from "./self-review.ts";

/**
 * Whose a token is, and for whom it is meant: the API server, unless the review names others.
 * https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/
 */
export function tokenReview(tokens: readonly TokenAuthenticator[]): Review<TokenReview> {
  return {
    resource: tokenReviews,
    async answer(review) {
      const { token, audiences = [] } = review.spec;
      if (!token) throw badRequest("token is required for TokenReview in authentication");
      return { ...review, status: statusOf(userOf(tokens, token, audiences)) } as KubeObject;
    },
  };
}

function userOf(
  tokens: readonly TokenAuthenticator[],
  token: string,
  audiences: readonly string[],
): TokenUser | undefined {
  for (const authenticator of tokens) {
    const found = authenticator.authenticateToken(token, audiences.length > 0 ? audiences : undefined);
    if (found) return found;
  }
  return undefined;
}

function statusOf(found: TokenUser | undefined): TokenReviewStatus {
  if (!found) return { user: {}, error: "invalid bearer token" };
  return { authenticated: true, user: userFields(found.user), audiences: [...found.audiences] };
}
