import type { KubeObject } from "../../api/object.ts";
import type { SelfSubjectReview, UserInfo as UserFields } from "../../api/types.gen.ts";
import { selfSubjectReviews } from "../../resources/authentication/self-subject-review.ts";
import type { UserInfo } from "../request.ts";
import type { Review } from "./review.ts";

/** `kubectl auth whoami` */
export const selfReview: Review<SelfSubjectReview> = {
  resource: selfSubjectReviews,
  answer: (review, { user }) => ({ ...review, status: { userInfo: userFields(user) } }) as KubeObject,
};

/** A user as the API shows one. */
export function userFields({ name, uid, groups, extra }: UserInfo): UserFields {
  return { username: name, ...(uid ? { uid } : {}), groups, ...(extra ? { extra } : {}) };
}
