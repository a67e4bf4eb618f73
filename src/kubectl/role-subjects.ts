import type { RbacV1Subject as Subject } from "../api/types.gen.ts";
import { type Flag, type Flags, arrays, values } from "./flags.ts";
import { KubectlError } from "./kubectl-error.ts";

export const subjectFlags: readonly Flag[] = [...arrays("user", "group", "serviceaccount"), ...values("clusterrole")];

const apiGroup = "rbac.authorization.k8s.io";

/** Who `--user`, `--group` and `--serviceaccount` name. Throws KubectlError. */
export function subjectsFrom(flags: Flags): Subject[] {
  const accounts = flags.values("serviceaccount").map((text): Subject => {
    const [namespace = "", name = "", ...more] = text.split(":");
    if (namespace === "" || name === "" || more.length > 0) {
      throw new KubectlError("serviceaccount must be <namespace>:<name>");
    }
    return { kind: "ServiceAccount", name, namespace };
  });
  return [
    ...flags.values("user").map((name): Subject => ({ kind: "User", apiGroup, name })),
    ...flags.values("group").map((name): Subject => ({ kind: "Group", apiGroup, name })),
    ...accounts,
  ];
}
