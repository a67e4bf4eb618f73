import type { RoleBinding } from "../../../api/types.gen.ts";
import { createTyped, creationFlags, nameArgument } from "../../create-typed.ts";
import { values } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { subjectFlags, subjectsFrom } from "../../role-subjects.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_rolebinding/ */
export const roleBinding: Verb = {
  names: ["rolebinding"],
  summary: "Create a role binding for a particular role or cluster role",
  usage:
    "NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
  flags: [...creationFlags, ...subjectFlags, ...values("role")],

  async run(call) {
    const name = nameArgument(call);
    const { flags } = call;
    const [clusterRole, role] = [flags.value("clusterrole"), flags.value("role")];
    if (!clusterRole === !role) throw new KubectlError("exactly one of clusterrole or role must be specified");
    const object: RoleBinding = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name },
      subjects: subjectsFrom(flags),
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: role ? "Role" : "ClusterRole",
        name: role || clusterRole || "",
      },
    };
    await createTyped(object, call);
  },
};
