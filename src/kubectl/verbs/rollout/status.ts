import type { KubeObject } from "../../../api/object.ts";
import { durationMs } from "../../durations.ts";
import { Failures } from "../../failures.ts";
import { booleans, durations, numbers } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { rolloutStatus } from "../../rollout-status.ts";
import { rolloutFlags, rolloutTargets } from "../../rollout-targets.ts";
import type { Found } from "../../targets.ts";
import type { Call, Verb } from "../../verb.ts";
import { watchUntil } from "../../watch-until.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_status/ */
export const status: Verb = {
  names: ["status"],
  summary: "Show the status of the rollout",
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  flags: [...rolloutFlags, ...booleans("watch/w"), ...durations("timeout"), ...numbers("revision")],

  async run(call) {
    if ((call.flags.number("revision") ?? 0) < 0) {
      throw new KubectlError(`revision must be a positive integer: ${call.flags.value("revision")}`);
    }
    const failures = new Failures();
    const found = await rolloutTargets(call, failures);
    if (found.length === 0 && !failures.some) await call.io.err(`No resources found in ${call.namespace} namespace.\n`);
    for (const one of found) await failures.attempt(() => follow(one, call));
    failures.raise();
    return 0;
  },
};

async function follow({ resource, namespace, name }: Found, call: Call): Promise<void> {
  const { flags, io } = call;
  const watches = !flags.has("watch") || flags.isTrue("watch");
  const timeout = durationMs(flags.value("timeout") ?? "0s");
  const revision = flags.number("revision") ?? 0;
  const isDone = async (object: KubeObject | undefined): Promise<boolean> => {
    if (!object) throw new KubectlError("object has been deleted");
    const { text, done } = rolloutStatus(object, revision);
    await io.out(text);
    return done || !watches;
  };
  const timeoutMs = timeout > 0 ? timeout : undefined;
  if (!(await watchUntil({ resource, namespace, name }, call, { timeoutMs, isDone }))) {
    throw new KubectlError("timed out waiting for the condition");
  }
}
