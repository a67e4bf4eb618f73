import type { Mutable } from "../../api/object.ts";
import type { PodSpec } from "../../api/types.gen.ts";

const droppedOf = new WeakMap<object, string[]>();

/**
 * Removes what only features that are off in 1.32 understand, as the real server does; `droppedFields` tells of it.
 * https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/
 */
export function dropDisabled(spec: Mutable<PodSpec>): void {
  const dropped: string[] = [];
  const drop = (field: string, holder: object | undefined, feature: string): void => {
    const name = field.split(".").at(-1) ?? "";
    const fields = (holder ?? {}) as Record<string, unknown>;
    if (fields[name] === undefined) return;
    delete fields[name];
    dropped.push(`${field}: dropped, because the ${feature} feature is off`);
  };
  drop("resources", spec, "PodLevelResources");
  drop("hostUsers", spec, "UserNamespacesSupport");
  drop("resourceClaims", spec, "DynamicResourceAllocation");
  drop("securityContext.supplementalGroupsPolicy", spec.securityContext, "SupplementalGroupsPolicy");
  drop("securityContext.seLinuxChangePolicy", spec.securityContext, "SELinuxChangePolicy");
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    drop(`volumes[${index}].image`, volume, "ImageVolume");
    for (const [at, source] of (volume.projected?.sources ?? []).entries()) {
      drop(`volumes[${index}].projected.sources[${at}].clusterTrustBundle`, source, "ClusterTrustBundleProjection");
    }
  }
  for (const list of ["initContainers", "containers", "ephemeralContainers"] as const) {
    for (const [index, container] of (spec[list] ?? []).entries()) {
      drop(`${list}[${index}].resizePolicy`, container, "InPlacePodVerticalScaling");
      drop(`${list}[${index}].securityContext.procMount`, container.securityContext, "ProcMountType");
      drop(`${list}[${index}].resources.claims`, container.resources, "DynamicResourceAllocation");
    }
  }
  if (dropped.length > 0) droppedOf.set(spec, dropped);
}

/** What has been removed from this very object, relative to the spec, for a warning. */
export function droppedFields(spec: PodSpec): readonly string[] {
  return droppedOf.get(spec) ?? [];
}
