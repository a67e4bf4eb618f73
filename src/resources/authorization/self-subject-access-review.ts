import type { SelfSubjectAccessReview } from "../../api/types.gen.ts";
import { createdAt, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";

/** Asks what the one who asks may do: `kubectl auth can-i`. Answered, never stored. */
export const selfSubjectAccessReviews: ResourceDefinition<SelfSubjectAccessReview> = {
  group: "authorization.k8s.io",
  version: "v1",
  kind: "SelfSubjectAccessReview",
  plural: "selfsubjectaccessreviews",
  namespaced: false,
  type: "io.k8s.api.authorization.v1.SelfSubjectAccessReview",
  verbs: ["create"],
  columns: [name, createdAt],
};
