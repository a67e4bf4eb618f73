import { changeRollout } from "../../change-rollout.ts";
import { formatFlags, managerFlags } from "../../result.ts";
import { rolloutFlags } from "../../rollout-targets.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_pause/ */
export const pause: Verb = {
  names: ["pause"],
  summary: "Mark the provided resource as paused",
  usage: "RESOURCE",
  flags: [...rolloutFlags, ...formatFlags, ...managerFlags],

  run: (call) =>
    changeRollout(
      {
        did: "paused",
        doing: "pausing",
        kinds: ["Deployment"],
        change: (spec) => ({ ...spec, paused: true }),
        refuse: (spec) => (spec["paused"] === true ? "is already paused" : undefined),
      },
      call,
    ),
};
