import type { SelfSubjectRulesReview } from "../../api/types.gen.ts";
import { createdAt, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";

/** Asks for everything the one who asks may do: `kubectl auth can-i --list`. Answered, never stored. */
export const selfSubjectRulesReviews: ResourceDefinition<SelfSubjectRulesReview> = {
  group: "authorization.k8s.io",
  version: "v1",
  kind: "SelfSubjectRulesReview",
  plural: "selfsubjectrulesreviews",
  namespaced: false,
  type: "io.k8s.api.authorization.v1.SelfSubjectRulesReview",
  verbs: ["create"],
  columns: [name, createdAt],
};
