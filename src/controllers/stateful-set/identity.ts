import type { Pod, StatefulSet, Volume } from "../../api/types.gen.ts";
import { podFrom } from "../pods/pod-control.ts";
import { revisionLabel } from "../revisions/history.ts";
import { claimsFor } from "./claims.ts";

const nameLabel = "statefulset.kubernetes.io/pod-name";
const indexLabel = "apps.kubernetes.io/pod-index";

/** The pod with one ordinal, as the set's template describes it. */
export function statefulPod(set: StatefulSet, ordinal: number, revision: string): Pod {
  const name = podName(set, ordinal);
  const { template, serviceName } = set.spec;
  return podFrom(template, set, {
    name,
    labels: { ...identityLabels(set, ordinal), [revisionLabel]: revision },
    spec: { hostname: name, subdomain: serviceName, volumes: volumesFor(set, ordinal) },
  });
}

export function podName({ metadata }: StatefulSet, ordinal: number): string {
  return `${metadata.name}-${ordinal}`;
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-name-label */
export function identityLabels(set: StatefulSet, ordinal: number): Record<string, string> {
  return { [nameLabel]: podName(set, ordinal), [indexLabel]: String(ordinal) };
}

/** undefined: by its name the pod is none of the set's. */
export function ordinalOf({ metadata }: Pod, set: StatefulSet): number | undefined {
  const [, parent, ordinal] = /^(.*)-(\d+)$/u.exec(metadata.name) ?? [];
  return parent === set.metadata.name ? Number(ordinal) : undefined;
}

/** The first ordinal, and the one after the last. */
export function ordinalRange({ spec }: StatefulSet): readonly [start: number, end: number] {
  const start = spec.ordinals?.start ?? 0;
  return [start, start + (spec.replicas ?? 1)];
}

/** Claims stand in for the template's volumes of the same name. */
function volumesFor(set: StatefulSet, ordinal: number): Volume[] {
  const claimed = [...claimsFor(set, ordinal)].map(([name, { metadata }]) => ({
    name,
    persistentVolumeClaim: { claimName: metadata.name },
  }));
  const names = new Set(claimed.map(({ name }) => name));
  const others = (set.spec.template.spec?.volumes ?? []).filter(({ name }) => !names.has(name));
  return [...claimed, ...others];
}
