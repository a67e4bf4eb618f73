import { changeRollout } from "../../change-rollout.ts";
import { formatFlags, managerFlags } from "../../result.ts";
import { rolloutFlags } from "../../rollout-targets.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_resume/ */
export const resume: Verb = {
  names: ["resume"],
  summary: "Resume a paused resource",
  usage: "RESOURCE",
  flags: [...rolloutFlags, ...formatFlags, ...managerFlags],

  run: (call) =>
    changeRollout(
      {
        did: "resumed",
        doing: "resuming",
        kinds: ["Deployment"],
        change: ({ paused: _paused, ...spec }) => spec,
        refuse: (spec) => (spec["paused"] === true ? undefined : "is not paused"),
      },
      call,
    ),
};
