import { quantityValue } from "../api/quantity.ts";
import type { Container, Pod } from "../api/types.gen.ts";
import type { Clock } from "../sim/clock.ts";
import type { ContainerLife } from "./container-life.ts";

/** How often the kubelet measures what pods hold on its disk. */
const measuredEveryMs = 10_000;
const resource = "ephemeral-storage";

export interface MeasuredPod {
  readonly pod: Pod;
  readonly lives: readonly ContainerLife[];
  evict(message: string): void;
}

/**
 * Ends a pod of which a container holds more on the node's disk than its limit: its own files and its logs. Pods
 * without limits are not measured. https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#local-ephemeral-storage
 */
export function watchStorage(measured: MeasuredPod, { clock }: { readonly clock: Clock }): () => void {
  const limited = measured.pod.spec.containers.some((container) => limitOf(container) !== undefined);
  if (!limited) return () => {};
  let cancel = (): void => {};
  const measure = (): void => {
    const over = measured.lives.find((life) => isOver(life));
    if (over) measured.evict(excessText(over));
    else cancel = clock.after(measuredEveryMs, measure);
  };
  cancel = clock.after(measuredEveryMs, measure);
  return () => cancel();
}

function limitOf({ resources }: Pick<Container, "resources">): string | undefined {
  return resources?.limits?.[resource];
}

function isOver({ spec, log, running }: ContainerLife): boolean {
  const limit = limitOf(spec);
  if (limit === undefined || !running) return false;
  return running.container.files.space("/").usedBytes + log.sizeBytes > quantityValue(limit);
}

function excessText({ spec }: ContainerLife): string {
  return `Container ${spec.name} exceeded its local ephemeral storage limit ${JSON.stringify(limitOf(spec))}. `;
}
