import { sameTree } from "../../../api/object.ts";
import type { RoleBinding } from "../../../api/types.gen.ts";
import { Failures } from "../../failures.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { tellResult } from "../../result.ts";
import { subjectFlags, subjectsFrom } from "../../role-subjects.ts";
import { setFlags } from "../../set-pod-spec.ts";
import { fetchTargets, namedTargets } from "../../targets.ts";
import { sendChange } from "../../two-way.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_set/kubectl_set_subject/ */
export const subject: Verb = {
  names: ["subject"],
  summary: "Update the user, group, or service account in a role binding or cluster role binding",
  usage:
    "(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]",
  flags: [...setFlags, ...subjectFlags.filter(({ name }) => name !== "clusterrole")],

  async run(call) {
    const added = subjectsFrom(call.flags);
    if (added.length === 0)
      throw new KubectlError("you must specify at least one value of user, group or serviceaccount");
    const failures = new Failures();
    for (const found of await fetchTargets(await namedTargets(call), call, failures.add)) {
      await failures.attempt(async () => {
        if (!/^(?:Cluster)?RoleBinding$/u.test(found.resource.kind)) {
          throw new KubectlError("setting subjects is only supported for RoleBinding/ClusterRoleBinding");
        }
        const binding = found.object as RoleBinding;
        const own = binding.subjects ?? [];
        const after = {
          ...binding,
          subjects: [...own, ...added.filter((one) => !own.some((other) => sameTree(one, other)))],
        };
        const object = (await sendChange(found, { after, manager: "kubectl-set" }, call)) ?? binding;
        await tellResult({ resource: found.resource, object, did: "subjects updated" }, call);
      });
    }
    failures.raise();
    return 0;
  },
};
