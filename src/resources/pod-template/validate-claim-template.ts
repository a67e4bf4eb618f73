import { compareQuantities, quantityError } from "../../api/quantity.ts";
import { type FieldError, invalid, notAllowed, notSupported, required } from "../../api/status.ts";
import type { PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate } from "../../api/types.gen.ts";
import { oneOfIfSet } from "../field-checks.ts";
import { labelSelectorErrors } from "../label-selector.ts";
import { annotationErrors, labelErrors } from "../metadata.ts";
import { check, dnsSubdomain } from "../names.ts";

/** The claim that is made for a pod's ephemeral volume. https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/ */
export function claimTemplateErrors(field: string, template: PersistentVolumeClaimTemplate | undefined): FieldError[] {
  if (!template) return [required(field)];
  const { metadata, spec } = template;
  const named = ["name", "generateName", "namespace"] as const;
  return [
    ...annotationErrors(`${field}.metadata.annotations`, metadata?.annotations),
    ...labelErrors(`${field}.metadata.labels`, metadata?.labels),
    ...named.filter((name) => metadata?.[name]).map((name) => notAllowed(`${field}.metadata.${name}`, "not allowed")),
    ...claimSpecErrors(`${field}.spec`, spec ?? {}),
  ];
}

const accessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/** What is wrong with a claim of its own, or one made for a pod. */
export function claimSpecErrors(field: string, spec: PersistentVolumeClaimSpec): FieldError[] {
  const modes: readonly string[] = spec.accessModes ?? [];
  const unknown = modes.filter((mode) => !accessModes.includes(mode));
  const alone = modes.includes("ReadWriteOncePod") && modes.length > 1;
  const aloneWhy = "may not use ReadWriteOncePod with other access modes";
  return [
    ...(modes.length === 0 ? [required(`${field}.accessModes`, "at least 1 access mode is required")] : []),
    ...labelSelectorErrors(`${field}.selector`, spec.selector),
    ...unknown.map((mode) => notSupported(`${field}.accessModes`, mode, accessModes)),
    ...(alone ? [notAllowed(`${field}.accessModes`, aloneWhy)] : []),
    ...storageErrors(field, spec.resources?.requests?.["storage"]),
    ...(spec.storageClassName ? check(`${field}.storageClassName`, spec.storageClassName, dnsSubdomain) : []),
    ...oneOfIfSet(`${field}.volumeMode`, spec.volumeMode, ["Block", "Filesystem"]),
  ];
}

function storageErrors(field: string, amount: string | undefined): FieldError[] {
  if (amount === undefined) return [required(`${field}.resources[storage]`)];
  if (quantityError(amount) || compareQuantities(amount, "0") > 0) return [];
  return [invalid(`${field}.resources[storage]`, amount, "must be greater than zero")];
}
