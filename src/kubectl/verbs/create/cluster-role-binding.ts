import type { ClusterRoleBinding } from "../../../api/types.gen.ts";
import { createTyped, creationFlags, nameArgument } from "../../create-typed.ts";
import { subjectFlags, subjectsFrom } from "../../role-subjects.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_clusterrolebinding/ */
export const clusterRoleBinding: Verb = {
  names: ["clusterrolebinding"],
  summary: "Create a cluster role binding for a particular cluster role",
  usage:
    "NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
  flags: [...creationFlags, ...subjectFlags],
  required: ["clusterrole"],

  async run(call) {
    const object: ClusterRoleBinding = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: nameArgument(call) },
      subjects: subjectsFrom(call.flags),
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name: call.flags.value("clusterrole") ?? "",
      },
    };
    await createTyped(object, call);
  },
};
