import type { Mutable } from "../../api/object.ts";
import type { PodSpec, PodTemplateSpec } from "../../api/types.gen.ts";
import { defaultContainer } from "./default-container.ts";
import { defaultVolume } from "./default-volume.ts";
import { dropDisabled } from "./drop-disabled.ts";

/** Fills in a workload's pod template. Go prints a template's creationTimestamp although it never has one. */
export function defaultPodTemplate(template: Mutable<PodTemplateSpec>): void {
  template.metadata = {
    creationTimestamp: null,
    ...template.metadata,
  } as unknown as Mutable<PodTemplateSpec>["metadata"] & object;
  template.spec ??= { containers: [] };
  defaultPodSpec(template.spec);
}

/** What a pod and a pod template have in common. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec */
export function defaultPodSpec(spec: Mutable<PodSpec>): void {
  spec.restartPolicy ||= "Always";
  spec.terminationGracePeriodSeconds ??= 30;
  spec.dnsPolicy ||= "ClusterFirst";
  spec.securityContext ??= {};
  spec.schedulerName ||= "default-scheduler";
  mirrorServiceAccount(spec);
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  dropDisabled(spec);
  for (const container of spec.initContainers ?? []) defaultContainer(container);
  for (const container of spec.containers ?? []) defaultContainer(container);
  for (const container of spec.ephemeralContainers ?? []) defaultContainer(container);
}

/** `serviceAccount` is the old name of `serviceAccountName`: both always say the same. */
function mirrorServiceAccount(spec: Mutable<PodSpec>): void {
  const account = spec.serviceAccountName || spec.serviceAccount;
  if (!account) return;
  spec.serviceAccountName = account;
  spec.serviceAccount = account;
}
