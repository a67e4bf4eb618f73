import type { PodTemplateSpec } from "../../../api/types.gen.ts";
import { timestamp } from "../../../sim/clock.ts";
import { changeRollout } from "../../change-rollout.ts";
import { formatFlags, managerFlags } from "../../result.ts";
import { rolloutFlags } from "../../rollout-targets.ts";
import type { Verb } from "../../verb.ts";

const annotation = "kubectl.kubernetes.io/restartedAt";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_restart/ */
export const restart: Verb = {
  names: ["restart"],
  summary: "Restart a resource",
  usage: "RESOURCE",
  flags: [...rolloutFlags, ...formatFlags, ...managerFlags],

  run(call) {
    const now = timestamp(call.clock);
    return changeRollout(
      {
        did: "restarted",
        doing: "restarting",
        kinds: ["Deployment", "DaemonSet", "StatefulSet"],
        change(spec) {
          const template = spec["template"] as PodTemplateSpec;
          const annotations = { ...template.metadata?.annotations, [annotation]: now };
          return { ...spec, template: { ...template, metadata: { ...template.metadata, annotations } } };
        },
        refuse(spec) {
          return spec["paused"] === true ? "can't restart paused deployment (run rollout resume first)" : undefined;
        },
        unchanged:
          "if restart has already been triggered within the past second, please wait before attempting to trigger another",
      },
      call,
    );
  },
};
