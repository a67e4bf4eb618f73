import type { ServiceAccountTokens } from "./auth/service-account-tokens.ts";
import type { ApiResponse } from "./request.ts";
import { jsonResponse } from "./response.ts";

const keysPath = "/openid/v1/jwks";

/**
 * How others check service-account tokens. undefined: another path.
 * https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery
 */
export function openIdAnswer(path: string, { issuer, publicKey }: ServiceAccountTokens): ApiResponse | undefined {
  switch (path.replace(/\/$/u, "")) {
    case "/.well-known/openid-configuration":
      return shared("application/json", {
        issuer,
        jwks_uri: issuer + keysPath,
        response_types_supported: ["id_token"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: [publicKey.alg],
      });
    case keysPath:
      return shared("application/jwk-set+json", { keys: [publicKey] });
    default:
      return undefined;
  }
}

function shared(contentType: string, body: object): ApiResponse {
  const headers = { "content-type": contentType, "cache-control": "public, max-age=3600" };
  return { ...jsonResponse(body), headers };
}
