import { controllerOf, type KubeObject } from "../../api/object.ts";
import type { EnvVar, Pod } from "../../api/types.gen.ts";
import { humanDuration } from "../durations.ts";
import { describeContainers, describeResources } from "./containers.ts";
import { describer, type Describer } from "./describer.ts";
import { type Description, longTime } from "./description.ts";
import { describeSpread, describeTolerations } from "./tolerations.ts";
import { describeVolumes } from "./volumes.ts";

export const pod: Describer = describer<Pod>("", "Pod", (object, { to, now }) => {
  describeHead(object, now, to);
  describeAddresses(object, to);
  const { spec, status } = object;
  if (spec.resources) {
    to.line("Resources:");
    describeResources(spec.resources, to, 1);
  }
  const resolve = (variable: EnvVar): string => fieldValue(object, variable.valueFrom?.fieldRef?.fieldPath ?? "");
  if ((spec.initContainers ?? []).length > 0) {
    describeContainers(
      spec.initContainers ?? [],
      { title: "Init Containers", statuses: status?.initContainerStatuses, resolve },
      to,
    );
  }
  describeContainers(spec.containers, { title: "Containers", statuses: status?.containerStatuses, resolve }, to);
  if ((spec.ephemeralContainers ?? []).length > 0) {
    const containers = spec.ephemeralContainers ?? [];
    describeContainers(
      containers,
      { title: "Ephemeral Containers", statuses: status?.ephemeralContainerStatuses, resolve },
      to,
    );
  }
  describeConditions(object, to);
  describeVolumes(spec.volumes, "", to);
  to.optional("QoS Class", status?.qosClass);
  to.labels("Node-Selectors", spec.nodeSelector);
  describeTolerations("Tolerations", spec.tolerations, to);
  describeSpread(spec.topologySpreadConstraints, "", to);
});

function describeHead({ metadata, spec, status }: Pod, now: number, to: Description): void {
  to.field("Name", metadata.name);
  to.field("Namespace", metadata.namespace ?? "");
  if (spec.priority !== undefined) to.field("Priority", spec.priority);
  to.optional("Priority Class Name", spec.priorityClassName);
  to.optional("Runtime Class Name", spec.runtimeClassName);
  to.optional("Service Account", spec.serviceAccountName);
  to.field("Node", spec.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ""}` : "<none>");
  if (status?.startTime) to.field("Start Time", longTime(status.startTime));
  to.labels("Labels", metadata.labels);
  to.annotations("Annotations", metadata.annotations);
  const isOver = status?.phase === "Failed" || status?.phase === "Succeeded";
  if (metadata.deletionTimestamp && !isOver) {
    to.field("Status", `Terminating (lasts ${humanDuration(now - Date.parse(metadata.deletionTimestamp))})`);
    to.field("Termination Grace Period", `${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else to.field("Status", status?.phase ?? "");
  to.optional("Reason", status?.reason);
  to.optional("Message", status?.message);
}

function describeAddresses(object: Pod, to: Description): void {
  const { spec, status } = object;
  const profile = spec.securityContext?.seccompProfile;
  if (profile) {
    to.field("SeccompProfile", profile.type);
    if (profile.type === "Localhost") to.field("LocalhostProfile", profile.localhostProfile ?? "");
  }
  to.field("IP", status?.podIP ?? "");
  const ips = status?.podIPs ?? [];
  if (ips.length === 0) to.field("IPs", "<none>");
  else {
    to.line("IPs:");
    for (const { ip } of ips) to.field("IP", ip, 1);
  }
  to.optional("Controlled By", controllerText(object));
  to.optional("NominatedNodeName", status?.nominatedNodeName);
}

/** `ReplicaSet/web-5d9b6774cd` */
export function controllerText(object: KubeObject): string | undefined {
  const owner = controllerOf(object);
  return owner && `${owner.kind}/${owner.name}`;
}

function describeConditions({ status }: Pod, to: Description): void {
  const conditions = status?.conditions ?? [];
  if (conditions.length === 0) return;
  to.line("Conditions:");
  to.line("Type\tStatus", 1);
  for (const { type, status: is } of conditions) to.line(`${type} \t${is} `, 1);
}

function fieldValue(object: Pod, path: string): string {
  const [, map, key = ""] = /^metadata\.(labels|annotations)\['(.*)'\]$/u.exec(path) ?? [];
  if (map) return object.metadata[map as "labels"]?.[key] ?? "";
  const fields: Readonly<Record<string, string | undefined>> = {
    "metadata.name": object.metadata.name,
    "metadata.namespace": object.metadata.namespace,
    "metadata.uid": object.metadata.uid,
    "spec.nodeName": object.spec.nodeName,
    "spec.serviceAccountName": object.spec.serviceAccountName,
    "status.hostIP": object.status?.hostIP,
    "status.hostIPs": object.status?.hostIPs?.map(({ ip }) => ip).join(","),
    "status.podIP": object.status?.podIP,
    "status.podIPs": object.status?.podIPs?.map(({ ip }) => ip).join(","),
  };
  return fields[path] ?? "";
}
