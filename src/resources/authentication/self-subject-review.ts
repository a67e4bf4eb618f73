import type { SelfSubjectReview } from "../../api/types.gen.ts";
import { createdAt, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";

/** Asks who is asking: `kubectl auth whoami`. Answered, never stored. */
export const selfSubjectReviews: ResourceDefinition<SelfSubjectReview> = {
  group: "authentication.k8s.io",
  version: "v1",
  kind: "SelfSubjectReview",
  plural: "selfsubjectreviews",
  namespaced: false,
  type: "io.k8s.api.authentication.v1.SelfSubjectReview",
  verbs: ["create"],
  columns: [name, createdAt],
};
