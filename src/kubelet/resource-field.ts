import { formatQuantityIn } from "../api/quantity.ts";
import type { Pod, ResourceFieldSelector } from "../api/types.gen.ts";

/**
 * A container's limit or request as a number of `divisor`s, rounded up; the node's own when none is set.
 * https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#downwardapi-resourceFieldRef
 */
export function resourceFieldOf(
  { resource, divisor, containerName }: ResourceFieldSelector,
  pod: Pod,
  { container, allocatable }: { readonly container: string; readonly allocatable: Readonly<Record<string, string>> },
): string {
  const name = containerName || container;
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const resources = all.find((one) => one.name === name)?.resources;
  const [kind = "limits", ...rest] = resource.split(".");
  const what = rest.join(".");
  const set = kind === "requests" ? resources?.requests?.[what] : resources?.limits?.[what];
  const quantity = set ?? (kind === "limits" ? allocatable[what] : undefined) ?? "0";
  return formatQuantityIn(quantity, divisor && divisor !== "0" ? divisor : "1");
}
