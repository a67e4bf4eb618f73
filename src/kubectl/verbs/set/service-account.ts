import { recordFlags } from "../../change-cause.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { setFlags, setPodSpecs } from "../../set-pod-spec.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_set/kubectl_set_serviceaccount/ */
export const serviceAccount: Verb = {
  names: ["serviceaccount", "sa"],
  summary: "Update the service account of a resource",
  usage: "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
  flags: [...setFlags, ...recordFlags],

  async run(call) {
    const serviceAccountName = call.flags.args.at(-1);
    if (serviceAccountName === undefined) throw new KubectlError("serviceaccount is required");
    const change = {
      manager: "kubectl-set",
      did: "serviceaccount updated",
      change: <T extends object>(spec: T) => ({ ...spec, serviceAccountName }),
    };
    return setPodSpecs(call.flags.args.slice(0, -1), change, call);
  },
};
