import { type FieldError, notAllowed } from "../../../api/status.ts";
import type { Pod } from "../../../api/types.gen.ts";
import { sameMeaning } from "../../equivalence.ts";
import { specDifference } from "./spec-difference.ts";
import { podErrors } from "./validate-pod.ts";

/** An ephemeral container can be added, never changed or removed. https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/ */
export function ephemeralUpdateErrors(pod: Pod, previous: Pod): FieldError[] {
  if (previous.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) {
    return [notAllowed("", "static pods do not support ephemeral containers")];
  }
  const field = "spec.ephemeralContainers";
  const changes = (previous.spec.ephemeralContainers ?? []).flatMap((old) => {
    const next = pod.spec.ephemeralContainers?.find(({ name }) => name === old.name);
    const what = `existing ephemeral containers ${JSON.stringify(old.name)} may not be`;
    if (!next) return [notAllowed(field, `${what} removed\n`)];
    if (sameMeaning(old, next)) return [];
    return [notAllowed(field, `${what} changed\n${specDifference("core.EphemeralContainer", old, next)}`)];
  });
  return [...podErrors(pod), ...changes];
}
