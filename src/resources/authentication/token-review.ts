import type { TokenReview } from "../../api/types.gen.ts";
import { createdAt, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";

/** Asks whose a token is. Answered, never stored. */
export const tokenReviews: ResourceDefinition<TokenReview> = {
  group: "authentication.k8s.io",
  version: "v1",
  kind: "TokenReview",
  plural: "tokenreviews",
  namespaced: false,
  type: "io.k8s.api.authentication.v1.TokenReview",
  verbs: ["create"],
  columns: [name, createdAt],
};
