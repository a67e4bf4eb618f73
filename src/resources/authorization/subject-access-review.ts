import type { SubjectAccessReview } from "../../api/types.gen.ts";
import { createdAt, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";

/** Asks whether someone may do something. Answered, never stored. */
export const subjectAccessReviews: ResourceDefinition<SubjectAccessReview> = {
  group: "authorization.k8s.io",
  version: "v1",
  kind: "SubjectAccessReview",
  plural: "subjectaccessreviews",
  namespaced: false,
  type: "io.k8s.api.authorization.v1.SubjectAccessReview",
  verbs: ["create"],
  columns: [name, createdAt],
};
