import { controllerOf } from "../../api/object.ts";
import { formatLabelSelector } from "../../api/selectors.ts";
import type { Deployment, ReplicaSet } from "../../api/types.gen.ts";
import { sameTemplate } from "../revisions.ts";
import { listAll } from "../targets.ts";
import type { Call } from "../verb.ts";
import { describeConditions } from "./conditions.ts";
import { describer, type Describer } from "./describer.ts";
import { longTime } from "./description.ts";
import { describePodTemplate } from "./pod-template.ts";

export const deployment: Describer = describer<Deployment>("apps", "Deployment", async (object, { to, call }) => {
  const { metadata, spec, status } = object;
  to.field("Name", metadata.name);
  to.field("Namespace", metadata.namespace ?? "");
  to.field("CreationTimestamp", longTime(metadata.creationTimestamp));
  to.labels("Labels", metadata.labels);
  to.annotations("Annotations", metadata.annotations);
  to.field("Selector", formatLabelSelector(spec.selector));
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, unavailableReplicas = 0 } = status ?? {};
  to.field(
    "Replicas",
    `${spec.replicas ?? 0} desired | ${updatedReplicas} updated | ${replicas} total | ${availableReplicas} available | ${unavailableReplicas} unavailable`,
  );
  to.field("StrategyType", spec.strategy?.type ?? "");
  to.field("MinReadySeconds", spec.minReadySeconds ?? 0);
  const rolling = spec.strategy?.rollingUpdate;
  if (rolling)
    to.field("RollingUpdateStrategy", `${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`);
  describePodTemplate(spec.template, to);
  describeConditions(status?.conditions, to);
  const { old, current } = await replicaSetsOf(object, call);
  to.field("OldReplicaSets", replicaSetsText(old));
  to.field("NewReplicaSet", replicaSetsText(current ? [current] : []));
});

async function replicaSetsOf(
  { metadata, spec }: Deployment,
  call: Call,
): Promise<{ old: readonly ReplicaSet[]; current: ReplicaSet | undefined }> {
  const path = `/apis/apps/v1/namespaces/${metadata.namespace ?? ""}/replicasets`;
  const all = await listAll<ReplicaSet>(path, call, { labelSelector: formatLabelSelector(spec.selector) });
  const own = all.filter((one) => controllerOf(one)?.uid === metadata.uid);
  const current = own
    .toSorted((a, b) => Date.parse(a.metadata.creationTimestamp ?? "") - Date.parse(b.metadata.creationTimestamp ?? ""))
    .find((one) => sameTemplate(one.spec?.template, spec.template));
  return { old: own.filter((one) => one !== current), current };
}

function replicaSetsText(sets: readonly ReplicaSet[]): string {
  const texts = sets.map(({ metadata, status, spec }) => {
    return `${metadata.name} (${status?.replicas ?? 0}/${spec?.replicas ?? 0} replicas created)`;
  });
  return texts.length === 0 ? "<none>" : texts.join(", ");
}
