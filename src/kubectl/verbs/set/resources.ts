import type { Container, PodSpec } from "../../../api/types.gen.ts";
import { amountsFrom } from "../../amounts.ts";
import { recordFlags } from "../../change-cause.ts";
import { values } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { changeContainers, setFlags, setPodSpecs } from "../../set-pod-spec.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_set/kubectl_set_resources/ */
export const resources: Verb = {
  names: ["resources"],
  summary: "Update resource requests/limits on objects with pod templates",
  usage: "(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]",
  flags: [...setFlags, ...recordFlags, ...values("limits", "requests", "containers/c")],

  async run(call) {
    const { flags } = call;
    if (!flags.has("limits") && !flags.has("requests")) {
      throw new KubectlError("you must specify an update to requests or limits (in the form of --requests/--limits)");
    }
    const limits = amountsFrom(flags.value("limits") ?? "");
    const requests = amountsFrom(flags.value("requests") ?? "");
    const pattern = flags.value("containers") ?? "*";
    const update = (container: Container): Container => ({
      ...container,
      resources: {
        ...container.resources,
        ...withAmounts("limits", container, limits),
        ...withAmounts("requests", container, requests),
      },
    });
    const change = (spec: PodSpec): PodSpec => {
      const containers = changeContainers(spec.containers, pattern, update);
      if (containers.every((container, index) => container === spec.containers[index])) {
        throw new KubectlError(`unable to find container named ${pattern}`);
      }
      return { ...spec, containers };
    };
    return setPodSpecs(flags.args, { manager: "kubectl-set", did: "resource requirements updated", change }, call);
  },
};

/** An amount of 0 takes the limit away. */
function withAmounts(
  field: "limits" | "requests",
  { resources: own }: Container,
  amounts: Record<string, string>,
): object {
  if (Object.keys(amounts).length === 0) return {};
  const merged = Object.entries({ ...own?.[field], ...amounts }).filter(([, amount]) => amount !== "0");
  return { [field]: Object.fromEntries(merged) };
}
