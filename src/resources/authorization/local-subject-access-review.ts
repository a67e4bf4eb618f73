import type { LocalSubjectAccessReview } from "../../api/types.gen.ts";
import { createdAt, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";

/** Asks whether someone may do something in one namespace. Answered, never stored. */
export const localSubjectAccessReviews: ResourceDefinition<LocalSubjectAccessReview> = {
  group: "authorization.k8s.io",
  version: "v1",
  kind: "LocalSubjectAccessReview",
  plural: "localsubjectaccessreviews",
  namespaced: true,
  type: "io.k8s.api.authorization.v1.LocalSubjectAccessReview",
  verbs: ["create"],
  columns: [name, createdAt],
};
