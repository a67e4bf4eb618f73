import { type FieldError, notAllowed } from "../../../api/status.ts";
import type { Pod } from "../../../api/types.gen.ts";
import { each } from "../../field-checks.ts";
import { annotationMatchErrors, podAnnotationErrors } from "../../pod-template/validate-annotations.ts";
import { imageSpaceErrors } from "../../pod-template/validate-containers.ts";
import { noEphemeralErrors, podSpecErrors } from "../../pod-template/validate-pod-spec.ts";

/** All that is wrong with a pod that is to be created. */
export function newPodErrors(pod: Pod): FieldError[] {
  const { metadata, spec } = pod;
  const isPlacedTooSoon = spec.nodeName && spec.schedulingGates?.length;
  return [
    ...podErrors(pod),
    ...noEphemeralErrors("spec", spec, "cannot be set on create"),
    ...(isPlacedTooSoon
      ? [notAllowed("spec.nodeName", "cannot be set until all schedulingGates have been cleared")]
      : []),
    ...annotationMatchErrors("spec", metadata.annotations ?? {}, spec),
  ];
}

/** All that is wrong with a pod at any time. */
export function podErrors({ metadata, spec }: Pod): FieldError[] {
  return [
    ...podAnnotationErrors("metadata.annotations", metadata.annotations ?? {}, spec),
    ...podSpecErrors(spec, { field: "spec", podName: metadata.name }),
    ...tokenErrors(spec),
    ...(["containers", "initContainers"] as const).flatMap((list) =>
      each(`spec.${list}`, spec[list], ({ image }, path) => imageSpaceErrors(`${path}.image`, image)),
    ),
  ];
}

/** Nobody's token cannot be shown. */
function tokenErrors({ serviceAccountName, volumes }: Pod["spec"]): FieldError[] {
  if (serviceAccountName) return [];
  const why = "must not be specified when serviceAccountName is not set";
  return each("spec.volumes", volumes, ({ projected }, path) =>
    each(`${path}.projected.sources`, projected?.sources, ({ serviceAccountToken }, source) =>
      serviceAccountToken ? [notAllowed(`${source}.serviceAccountToken`, why)] : [],
    ),
  );
}
