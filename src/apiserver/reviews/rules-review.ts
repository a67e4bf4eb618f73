import type { KubeObject } from "../../api/object.ts";
import { badRequest } from "../../api/status.ts";
import type {
  NonResourceRule,
  PolicyRule,
  ResourceRule,
  SelfSubjectRulesReview,
  SubjectRulesReviewStatus,
} from "../../api/types.gen.ts";
import { selfSubjectRulesReviews } from "../../resources/authorization/self-subject-rules-review.ts";
import type { RbacAuthorizer } from "../auth/rbac.ts";
import type { Review } from "./review.ts";

/** `kubectl auth can-i --list` */
export function rulesReview(authorizer: Pick<RbacAuthorizer, "rulesFor">): Review<SelfSubjectRulesReview> {
  return {
    resource: selfSubjectRulesReviews,
    answer(review, { user }) {
      const { namespace } = review.spec;
      if (!namespace) throw badRequest("no namespace on request");
      return { ...review, status: statusOf([...authorizer.rulesFor(user, namespace)]) } as KubeObject;
    },
  };
}

function statusOf(rules: readonly PolicyRule[]): SubjectRulesReviewStatus {
  return {
    resourceRules: rules.flatMap((rule) => resourceRule(rule)),
    nonResourceRules: rules.flatMap((rule) => nonResourceRule(rule)),
    incomplete: false,
  };
}

function resourceRule({ verbs, apiGroups, resources = [], resourceNames }: PolicyRule): ResourceRule[] {
  if (resources.length === 0) return [];
  const narrowed = resourceNames ? { resourceNames } : {};
  return [{ verbs, ...(apiGroups ? { apiGroups } : {}), resources, ...narrowed }];
}

function nonResourceRule({ verbs, nonResourceURLs = [] }: PolicyRule): NonResourceRule[] {
  return nonResourceURLs.length > 0 ? [{ verbs, nonResourceURLs }] : [];
}
