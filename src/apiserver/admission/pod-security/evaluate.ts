import type { ObjectMeta } from "../../../api/object.ts";
import type { PodSpec } from "../../../api/types.gen.ts";
import { baselineChecks } from "./baseline-checks.ts";
import type { Violation } from "./check.ts";
import { type LeveledPolicy, minorOf } from "./policy.ts";
import { restrictedChecks } from "./restricted-checks.ts";

/** A pod, or the template that pods are made from. */
export interface PodLike {
  readonly metadata?: Pick<ObjectMeta, "annotations">;
  readonly spec?: PodSpec;
}

/** Every rule of the policy that the pod breaks. */
export function violationsOf(policy: LeveledPolicy, { metadata, spec }: PodLike): readonly Violation[] {
  if (policy.level === "privileged" || !spec) return [];
  const minor = minorOf(policy);
  const checks = policy.level === "baseline" ? baselineChecks : restrictedChecks(minor);
  const pod = { annotations: metadata?.annotations ?? {}, spec, minor };
  return checks.flatMap((check) => check.violation(pod) ?? []);
}

export function formatViolations(violations: readonly Violation[]): string {
  return violations.map(({ reason, detail }) => `${reason} (${detail})`).join(", ");
}
