import { parseQuantity } from "../api/quantity.ts";
import { KubectlError } from "./kubectl-error.ts";
import type { Call } from "./verb.ts";

/** An amount of CPU and memory that something uses. */
export type Usage = Readonly<Record<string, string>>;

export const metricsRoot = "/apis/metrics.k8s.io/v1beta1";

/** Throws KubectlError when nobody serves metrics. */
export async function requireMetrics({ discovery }: Call): Promise<void> {
  const isServed = (await discovery.all()).some(
    ({ group, version }) => group === "metrics.k8s.io" && version === "v1beta1",
  );
  if (!isServed) throw new KubectlError("Metrics API not available");
}

/** Thousandths of a core. */
export function milliCpu(amount: string | undefined): number {
  return Number((parseQuantity(amount ?? "0").nanos + 999_999n) / 1_000_000n);
}

/** Whole mebibytes. */
export function mebibytes(amount: string | undefined): number {
  return Number(parseQuantity(amount ?? "0").nanos / 1_000_000_000n / 1_048_576n);
}
