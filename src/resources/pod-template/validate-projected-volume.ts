import { type FieldError, invalid, notAllowed, required } from "../../api/status.ts";
import type { DownwardAPIVolumeFile, KeyToPath, ProjectedVolumeSource, VolumeProjection } from "../../api/types.gen.ts";
import { each, requiredText } from "../field-checks.ts";
import { fieldReferenceErrors, fileFields, resourceReferenceErrors } from "./validate-field-reference.ts";
import { fileModeErrors, filePathErrors } from "./validate-path.ts";

/** Several sources in one directory. https://kubernetes.io/docs/concepts/storage/projected-volumes/ */
export function projectionErrors(field: string, { defaultMode, sources }: ProjectedVolumeSource): FieldError[] {
  const paths = new Set<string>();
  return [
    ...fileModeErrors(`${field}.defaultMode`, defaultMode),
    ...each(`${field}.sources`, sources, (source, path) => [
      ...sourceErrors(field, path, source),
      ...clashes(field, source, paths),
      ...(Object.keys(source).length > 1
        ? [notAllowed(path, "may not specify more than 1 volume type per source")]
        : []),
    ]),
  ];
}

/** One key of a Secret or ConfigMap as a file. */
export function keyErrors({ key, path, mode }: KeyToPath, field: string): FieldError[] {
  return [
    ...requiredText(`${field}.key`, key),
    ...requiredText(`${field}.path`, path),
    ...filePathErrors(`${field}.path`, path),
    ...fileModeErrors(`${field}.mode`, mode),
  ];
}

/** Which file is meant is not told: `field` is the path of the volume. */
export function downwardFileErrors(field: string, file: DownwardAPIVolumeFile): FieldError[] {
  const { path, fieldRef, resourceFieldRef, mode } = file;
  const both = "fieldRef and resourceFieldRef can not be specified simultaneously";
  return [
    ...requiredText(`${field}.path`, path),
    ...filePathErrors(`${field}.path`, path),
    ...(fieldRef ? fieldReferenceErrors(`${field}.fieldRef`, fieldRef, fileFields) : []),
    ...(fieldRef && resourceFieldRef ? [invalid(field, "resource", both)] : []),
    ...(!fieldRef && resourceFieldRef
      ? resourceReferenceErrors(`${field}.resourceFieldRef`, resourceFieldRef, { needsContainer: true })
      : []),
    ...(fieldRef || resourceFieldRef ? [] : [required(field, "one of fieldRef and resourceFieldRef is required")]),
    ...fileModeErrors(`${field}.mode`, mode),
  ];
}

function sourceErrors(volume: string, field: string, source: VolumeProjection): FieldError[] {
  const { secret, configMap, downwardAPI, serviceAccountToken } = source;
  return [
    ...(secret ? namedErrors(`${field}.secret`, secret) : []),
    ...(configMap ? namedErrors(`${field}.configMap`, configMap) : []),
    ...(downwardAPI?.items ?? []).flatMap((file) => downwardFileErrors(`${field}.downwardAPI`, file)),
    ...(serviceAccountToken ? tokenErrors(volume, `${field}.serviceAccountToken`, serviceAccountToken) : []),
  ];
}

function namedErrors(
  field: string,
  { name, items }: { readonly name?: string; readonly items?: readonly KeyToPath[] },
): FieldError[] {
  return [...requiredText(`${field}.name`, name), ...each(`${field}.items`, items, keyErrors)];
}

function tokenErrors(
  volume: string,
  field: string,
  { path, expirationSeconds = 3600 }: { readonly path: string; readonly expirationSeconds?: number },
): FieldError[] {
  const wrong = (why: string): FieldError[] => [invalid(`${field}.expirationSeconds`, expirationSeconds, why)];
  return [
    ...(expirationSeconds < 600 ? wrong("may not specify a duration less than 10 minutes") : []),
    ...(expirationSeconds > 2 ** 32 ? wrong("may not specify a duration larger than 2^32 seconds") : []),
    ...(path ? filePathErrors(`${volume}.path`, path) : [required(`${volume}.path`)]),
  ];
}

/** Two sources may not write the same file. */
function clashes(
  field: string,
  { secret, configMap, downwardAPI }: VolumeProjection,
  paths: Set<string>,
): FieldError[] {
  const files = [
    ...(secret?.items ?? []).map(({ path }) => ({ path, shown: secret?.name ?? "" })),
    ...(configMap?.items ?? []).map(({ path }) => ({ path, shown: configMap?.name ?? "" })),
    ...(downwardAPI?.items ?? []).map(({ path }) => ({ path, shown: path })),
  ];
  return files.flatMap(({ path, shown }) => {
    if (!path) return [];
    if (paths.has(path)) return [invalid(field, shown, "conflicting duplicate paths")];
    paths.add(path);
    return [];
  });
}
