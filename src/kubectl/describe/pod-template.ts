import type { PodTemplateSpec } from "../../api/types.gen.ts";
import { describeContainers } from "./containers.ts";
import type { Description } from "./description.ts";
import { describeSpread, describeTolerations } from "./tolerations.ts";
import { describeVolumes } from "./volumes.ts";

/** `Pod Template:` of a workload. */
export function describePodTemplate(template: PodTemplateSpec | undefined, to: Description): void {
  to.line("Pod Template:");
  if (!template) return to.line("  <unset>");
  const { metadata, spec } = template;
  to.labels("  Labels", metadata?.labels);
  if (Object.keys(metadata?.annotations ?? {}).length > 0) to.annotations("  Annotations", metadata?.annotations);
  to.optional("Service Account", spec?.serviceAccountName, 1);
  if ((spec?.initContainers ?? []).length > 0) {
    describeContainers(spec?.initContainers ?? [], { title: "Init Containers", space: "  " }, to);
  }
  describeContainers(spec?.containers ?? [], { title: "Containers", space: "  " }, to);
  describeVolumes(spec?.volumes, "  ", to);
  describeSpread(spec?.topologySpreadConstraints, "  ", to);
  to.optional("Priority Class Name", spec?.priorityClassName, 1);
  to.labels("  Node-Selectors", spec?.nodeSelector);
  describeTolerations("  Tolerations", spec?.tolerations, to);
}
