import { quantityValue } from "../../../api/quantity.ts";
import type { Container, Pod, PodStatus } from "../../../api/types.gen.ts";

const counted = ["cpu", "memory"] as const;

type Amounts = Readonly<Record<string, string>>;

/** Who is evicted first. https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ */
export function qosClassOf({ spec }: Pick<Pod, "spec">): NonNullable<PodStatus["qosClass"]> {
  const all: readonly Container[] = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const resources = all.map((container) => container.resources ?? {});
  const asksNothing = resources.every(({ requests, limits }) => !isSet(requests) && !isSet(limits));
  if (asksNothing) return "BestEffort";
  const guaranteed = resources.every(({ requests = {}, limits = {} }) =>
    counted.every((name) => amount(limits, name) > 0 && amount(requests, name) === amount(limits, name)),
  );
  return guaranteed ? "Guaranteed" : "Burstable";
}

function isSet(amounts: Amounts | undefined): boolean {
  return counted.some((name) => amount(amounts ?? {}, name) > 0);
}

function amount(amounts: Amounts, name: string): number {
  return quantityValue(amounts[name] ?? "0");
}
