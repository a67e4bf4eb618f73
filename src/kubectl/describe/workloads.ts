import { formatLabels, formatLabelSelector } from "../../api/selectors.ts";
import type {
  DaemonSet,
  PersistentVolumeClaim,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
} from "../../api/types.gen.ts";
import { describeConditions } from "./conditions.ts";
import { describer, type Describer } from "./describer.ts";
import { type Description, longTime } from "./description.ts";
import { podsStatus } from "./owned-pods.ts";
import { describePodTemplate } from "./pod-template.ts";
import { controllerText } from "./pod.ts";

export const replicaSet: Describer = describer<ReplicaSet>("apps", "ReplicaSet", async (object, { to, call }) => {
  const { metadata, spec, status } = object;
  to.field("Name", metadata.name);
  to.field("Namespace", metadata.namespace ?? "");
  to.field("Selector", formatLabelSelector(spec.selector));
  to.labels("Labels", metadata.labels);
  to.annotations("Annotations", metadata.annotations);
  to.optional("Controlled By", controllerText(object));
  to.field("Replicas", `${status?.replicas ?? 0} current / ${spec.replicas ?? 0} desired`);
  to.field("Pods Status", await podsStatus(object, spec.selector, call));
  describePodTemplate(spec.template, to);
  describeConditions(status?.conditions, to);
});

export const replicationController: Describer = describer<ReplicationController>(
  "",
  "ReplicationController",
  async (object, { to, call }) => {
    const { metadata, spec, status } = object;
    to.field("Name", metadata.name);
    to.field("Namespace", metadata.namespace ?? "");
    to.field("Selector", formatLabels(spec?.selector));
    to.labels("Labels", metadata.labels);
    to.annotations("Annotations", metadata.annotations);
    to.field("Replicas", `${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired`);
    to.field("Pods Status", await podsStatus(object, { matchLabels: spec?.selector ?? {} }, call));
    describePodTemplate(spec?.template, to);
    describeConditions(status?.conditions, to);
  },
);

export const daemonSet: Describer = describer<DaemonSet>("apps", "DaemonSet", async (object, { to, call }) => {
  const { metadata, spec, status } = object;
  to.field("Name", metadata.name);
  to.field("Selector", formatLabelSelector(spec.selector));
  to.field("Node-Selector", formatLabels(spec.template.spec?.nodeSelector));
  to.labels("Labels", metadata.labels);
  to.annotations("Annotations", metadata.annotations);
  to.line(`Desired Number of Nodes Scheduled: ${status?.desiredNumberScheduled ?? 0}`);
  to.line(`Current Number of Nodes Scheduled: ${status?.currentNumberScheduled ?? 0}`);
  to.line(`Number of Nodes Scheduled with Up-to-date Pods: ${status?.updatedNumberScheduled ?? 0}`);
  to.line(`Number of Nodes Scheduled with Available Pods: ${status?.numberAvailable ?? 0}`);
  to.line(`Number of Nodes Misscheduled: ${status?.numberMisscheduled ?? 0}`);
  to.field("Pods Status", await podsStatus(object, spec.selector, call));
  describePodTemplate(spec.template, to);
});

export const statefulSet: Describer = describer<StatefulSet>("apps", "StatefulSet", async (object, { to, call }) => {
  const { metadata, spec, status } = object;
  to.field("Name", metadata.name);
  to.field("Namespace", metadata.namespace ?? "");
  to.field("CreationTimestamp", longTime(metadata.creationTimestamp));
  to.field("Selector", formatLabelSelector(spec.selector));
  to.labels("Labels", metadata.labels);
  to.annotations("Annotations", metadata.annotations);
  to.field("Replicas", `${spec.replicas ?? 0} desired | ${status?.replicas ?? 0} total`);
  to.field("Update Strategy", spec.updateStrategy?.type ?? "");
  const { partition, maxUnavailable } = spec.updateStrategy?.rollingUpdate ?? {};
  if (partition !== undefined) to.field("Partition", partition, 1);
  if (maxUnavailable !== undefined) to.field("MaxUnavailable", maxUnavailable, 1);
  to.field("Pods Status", await podsStatus(object, spec.selector, call));
  describePodTemplate(spec.template, to);
  describeClaims(spec.volumeClaimTemplates, to);
});

function describeClaims(claims: readonly PersistentVolumeClaim[] | undefined, to: Description): void {
  if (!claims || claims.length === 0) return to.field("Volume Claims", "<none>");
  to.line("Volume Claims:");
  for (const { metadata, spec } of claims) {
    to.field("Name", metadata.name, 1);
    to.field("StorageClass", spec?.storageClassName ?? "", 1);
    to.labels("  Labels", metadata.labels);
    to.annotations("  Annotations", metadata.annotations);
    to.field("Capacity", spec?.resources?.requests?.["storage"] ?? "<default>", 1);
    to.field("Access Modes", `[${(spec?.accessModes ?? []).join(" ")}]`, 1);
  }
}
