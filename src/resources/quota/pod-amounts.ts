import type { PodSpec } from "../../api/types.gen.ts";
import { addAmounts, type Amounts, largestAmounts, onlyAmounts } from "./amounts.ts";

/**
 * What a pod requests, or is limited to, as a whole: containers and sidecars run together, init containers before
 * them one by one. https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
export function podAmounts(spec: PodSpec, which: "requests" | "limits"): Amounts {
  let sidecars: Amounts = {};
  let peak: Amounts = {};
  for (const { resources, restartPolicy } of spec.initContainers ?? []) {
    const together = addAmounts(sidecars, resources?.[which] ?? {});
    if (restartPolicy === "Always") sidecars = together;
    else peak = largestAmounts(peak, together);
  }
  const running = addAmounts(sidecars, ...spec.containers.map(({ resources }) => resources?.[which] ?? {}));
  const amounts = largestAmounts(peak, running);
  const overhead = spec.overhead ?? {};
  // Overhead is no limit where there is none.
  return addAmounts(amounts, which === "limits" ? onlyAmounts(overhead, Object.keys(amounts)) : overhead);
}
