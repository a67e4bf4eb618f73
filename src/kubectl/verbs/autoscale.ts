import { recordFlags } from "../change-cause.ts";
import { createTyped, creationFlags } from "../create-typed.ts";
import { Failures } from "../failures.ts";
import { numbers, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { fileFlags } from "../manifest.ts";
import { dryRunOf } from "../result.ts";
import { heldOrFetched, namedTargets } from "../targets.ts";
import type { Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_autoscale/ */
export const autoscale: Verb = {
  names: ["autoscale"],
  summary: "Auto-scale a deployment, replica set, stateful set, or replication controller",
  usage: "(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu-percent=CPU]",
  flags: [...fileFlags, ...creationFlags, ...recordFlags, ...numbers("min", "max", "cpu-percent"), ...values("name")],
  required: ["max"],

  async run(call) {
    const { flags } = call;
    const [min = -1, max = -1, cpu = -1] = ["min", "max", "cpu-percent"].map((name) => flags.number(name));
    if (max < 1) throw new KubectlError(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
    if (max < min)
      throw new KubectlError(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
    const failures = new Failures();
    for (const { resource, name, object } of await heldOrFetched(await namedTargets(call), call, failures.add)) {
      await failures.attempt(async () => {
        if (!resource.subresources.includes("scale")) {
          throw new KubectlError(
            `cannot autoscale a ${resource.kind}: the server could not find the requested resource`,
          );
        }
        const autoscaler = {
          apiVersion: "autoscaling/v1",
          kind: "HorizontalPodAutoscaler",
          metadata: { name: flags.value("name") || name },
          spec: {
            scaleTargetRef: { kind: resource.kind, name, apiVersion: object.apiVersion },
            ...(min > 0 ? { minReplicas: min } : {}),
            maxReplicas: max,
            ...(cpu >= 0 ? { targetCPUUtilizationPercentage: cpu } : {}),
          },
        };
        const did = dryRunOf(call.flags) === "client" ? "created" : "autoscaled";
        await createTyped(autoscaler, call, { manager: "kubectl-autoscale", did });
      });
    }
    failures.raise();
    return 0;
  },
};
