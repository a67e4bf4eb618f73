import { matchesSelector } from "../../api/selectors.ts";
import { type FieldError, invalid, notAllowed, notSupported } from "../../api/status.ts";
import type { LabelSelector, PodTemplateSpec, Volume } from "../../api/types.gen.ts";
import { each } from "../field-checks.ts";
import { annotationErrors, labelErrors } from "../metadata.ts";
import { annotationMatchErrors, podAnnotationErrors } from "./validate-annotations.ts";
import { noEphemeralErrors, podSpecErrors } from "./validate-pod-spec.ts";

/** All that is wrong with a pod template. */
export function podTemplateErrors(field: string, template: PodTemplateSpec): FieldError[] {
  const { metadata, spec = { containers: [] } } = template;
  const annotations = metadata?.annotations ?? {};
  return [
    ...labelErrors(`${field}.labels`, metadata?.labels),
    ...annotationErrors(`${field}.annotations`, annotations),
    ...podAnnotationErrors(`${field}.annotations`, annotations, spec),
    ...podSpecErrors(spec, { field: `${field}.spec` }),
    ...annotationMatchErrors(`${field}.spec`, annotations, spec),
    ...noEphemeralErrors(`${field}.spec`, spec, "ephemeral containers not allowed in pod template"),
  ];
}

/** A workload must pick the pods it makes. Without a selector it picks none. */
export function selectorMatchErrors(
  field: string,
  selector: LabelSelector | undefined,
  template: PodTemplateSpec,
): FieldError[] {
  const labels = template.metadata?.labels;
  if (selector && matchesSelector(selector, labels ?? {})) return [];
  return [invalid(`${field}.metadata.labels`, labels, "`selector` does not match template `labels`")];
}

/** Pods that are kept running for ever must be restarted for ever. `kind` is what the message calls the workload. */
export function alwaysRunningErrors(field: string, { spec }: PodTemplateSpec, kind: string): FieldError[] {
  const restartPolicy = spec?.restartPolicy ?? "";
  const why = `activeDeadlineSeconds in ${kind} is not Supported`;
  return [
    ...(restartPolicy === "Always" ? [] : [notSupported(`${field}.spec.restartPolicy`, restartPolicy, ["Always"])]),
    ...(spec?.activeDeadlineSeconds === undefined ? [] : [notAllowed(`${field}.spec.activeDeadlineSeconds`, why)]),
  ];
}

/** A disk that several pods share can only be read. */
export function sharedDiskErrors(field: string, volumes: readonly Volume[] | undefined): FieldError[] {
  const why =
    "must be true for replicated pods > 1; GCE PD can only be mounted on multiple machines if it is read-only";
  return each(field, volumes, ({ gcePersistentDisk: disk }, path) =>
    disk && !disk.readOnly ? [invalid(`${path}.gcePersistentDisk.readOnly`, false, why)] : [],
  );
}
