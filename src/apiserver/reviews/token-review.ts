import type { KubeObject } from "../../api/object.ts";
import { badRequest } from "../../api/status.ts";
import type { TokenReview, TokenReviewStatus } from "../../api/types.gen.ts";
import { tokenReviews } from "../../resources/authentication/token-review.ts";
import { type TokenAuthenticator, TokenError } from "../auth/authentication.ts";
import type { Review } from "./review.ts";
import { userFields } from "./self-review.ts";

/**
 * Whose a token is. A token for other audiences than the API server's is good for a review that names one of them.
 * https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/
 */
export function tokenReview(tokens: readonly TokenAuthenticator[]): Review<TokenReview> {
  return {
    resource: tokenReviews,
    answer(review) {
      const { token, audiences = [] } = review.spec;
      if (!token) throw badRequest("token is required for TokenReview in authentication");
      return { ...review, status: statusOf(tokens, token, audiences) } as KubeObject;
    },
  };
}

function statusOf(
  tokens: readonly TokenAuthenticator[],
  token: string,
  audiences: readonly string[],
): TokenReviewStatus {
  const invalid = "invalid bearer token";
  try {
    for (const authenticator of tokens) {
      const owner = authenticator.authenticateToken(token, audiences.length > 0 ? audiences : undefined);
      if (owner) return { authenticated: true, user: userFields(owner.user), audiences: owner.audiences };
    }
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return { user: {}, error: `[${invalid}, ${error.message}]` };
  }
  return { user: {}, error: invalid };
}
