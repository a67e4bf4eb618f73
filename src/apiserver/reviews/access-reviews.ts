import type { KubeObject } from "../../api/object.ts";
import { type FieldError, invalid, invalidObject, notAllowed } from "../../api/status.ts";
import type {
  LocalSubjectAccessReview,
  SelfSubjectAccessReview,
  SelfSubjectAccessReviewSpec,
  SubjectAccessReview,
  SubjectAccessReviewSpec,
} from "../../api/types.gen.ts";
import { localSubjectAccessReviews } from "../../resources/authorization/local-subject-access-review.ts";
import { selfSubjectAccessReviews } from "../../resources/authorization/self-subject-access-review.ts";
import { subjectAccessReviews } from "../../resources/authorization/subject-access-review.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import type { Attributes, Authorizer, Decision } from "../auth/authorization.ts";
import type { UserInfo } from "../request.ts";
import type { Review } from "./review.ts";

/** `kubectl auth can-i`. https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access */
export function selfAccessReview(authorizer: Authorizer): Review<SelfSubjectAccessReview> {
  return {
    resource: selfSubjectAccessReviews,
    answer(review, { user }) {
      refuse(selfSubjectAccessReviews, review, questionErrors(review.spec));
      return answered(review, authorizer.decide(user, attributesOf(review.spec)));
    },
  };
}

/** Whether anybody may do something. */
export function accessReview(authorizer: Authorizer): Review<SubjectAccessReview> {
  return {
    resource: subjectAccessReviews,
    answer(review) {
      refuse(subjectAccessReviews, review, [...questionErrors(review.spec), ...subjectErrors(review.spec)]);
      return answered(review, authorizer.decide(subjectOf(review.spec), attributesOf(review.spec)));
    },
  };
}

/** The same in one namespace, for those who may ask there only. */
export function localAccessReview(authorizer: Authorizer): Review<LocalSubjectAccessReview> {
  return {
    resource: localSubjectAccessReviews,
    answer(review, { route }) {
      const { spec } = review;
      const errors = [...questionErrors(spec), ...subjectErrors(spec), ...placeErrors(spec, route.namespace)];
      refuse(localSubjectAccessReviews, review, errors);
      return answered(review, authorizer.decide(subjectOf(spec), attributesOf(spec)));
    },
  };
}

function refuse<T extends KubeObject>(resource: ResourceDefinition<T>, review: T, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidObject(resource, review.metadata.name, errors);
}

function questionErrors({ resourceAttributes, nonResourceAttributes }: SelfSubjectAccessReviewSpec): FieldError[] {
  if (resourceAttributes && nonResourceAttributes) {
    const why = "cannot be specified in combination with resourceAttributes";
    return [invalid("spec.nonResourceAttributes", nonResourceAttributes, why)];
  }
  if (resourceAttributes ?? nonResourceAttributes) return [];
  const why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
  return [invalid("spec.resourceAttributes", undefined, why)];
}

function subjectErrors({ user = "", groups = [] }: SubjectAccessReviewSpec): FieldError[] {
  if (user || groups.length > 0) return [];
  return [invalid("spec.user", user, "at least one of user or group must be specified")];
}

function placeErrors(
  { resourceAttributes, nonResourceAttributes }: SubjectAccessReviewSpec,
  place: string,
): FieldError[] {
  const namespace = resourceAttributes?.namespace ?? "";
  return [
    ...(resourceAttributes && namespace !== place
      ? [invalid("spec.resourceAttributes.namespace", namespace, "must match metadata.namespace")]
      : []),
    ...(nonResourceAttributes ? [notAllowed("spec.nonResourceAttributes", "disallowed on this kind of request")] : []),
  ];
}

function subjectOf({ user = "", uid, groups = [] }: SubjectAccessReviewSpec): UserInfo {
  return { name: user, groups, ...(uid ? { uid } : {}) };
}

function attributesOf({ resourceAttributes, nonResourceAttributes }: SelfSubjectAccessReviewSpec): Attributes {
  if (!resourceAttributes) {
    return { verb: nonResourceAttributes?.verb ?? "", path: nonResourceAttributes?.path ?? "" };
  }
  const { verb = "", group = "", resource = "", subresource = "", namespace = "", name = "" } = resourceAttributes;
  return { verb, path: "", resource: { group, plural: resource, subresource, namespace, name } };
}

function answered(review: KubeObject, { allowed, reason }: Decision): KubeObject {
  return { ...review, status: { allowed, ...(reason === "" ? {} : { reason }) } } as KubeObject;
}
