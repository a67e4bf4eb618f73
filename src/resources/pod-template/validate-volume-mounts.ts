import { type FieldError, invalid, missingReference, notAllowed, notSupported, required } from "../../api/status.ts";
import type { Container, Volume, VolumeDevice, VolumeMount } from "../../api/types.gen.ts";
import { each, oneOfIfSet } from "../field-checks.ts";
import { descendingPathErrors, noBackstepErrors } from "./validate-path.ts";

/** The pod's sound volumes by name: what containers may mount. */
export type Volumes = ReadonlyMap<string, Volume>;

/** Files and raw devices of a container: a volume is the one or the other. */
export function mountErrors(field: string, container: Container, volumes: Volumes): FieldError[] {
  const { volumeMounts: mounts = [], volumeDevices: devices = [] } = container;
  const paths = new Set<string>();
  const mountsPath = `${field}.volumeMounts`;
  const seen = { names: new Set<string>(), paths: new Set<string>() };
  return [
    ...each(mountsPath, mounts, (mount, path) => [
      ...placeErrors(path, mount, volumes, paths),
      ...deviceClashes(path, mount, devices),
      ...subPathErrors(mountsPath, path, mount),
      ...propagationErrors(`${mountsPath}.mountPropagation`, mount, container),
      ...recursionErrors(`${mountsPath}.recursiveReadOnly`, mount),
    ]),
    ...each(`${field}.volumeDevices`, devices, (device, path) => [
      ...deviceErrors(path, device, volumes, seen),
      ...mountClashes(path, device, mounts),
    ]),
  ];
}

function placeErrors(
  field: string,
  { name, mountPath }: VolumeMount,
  volumes: Volumes,
  paths: Set<string>,
): FieldError[] {
  const isTaken = paths.has(mountPath ?? "");
  paths.add(mountPath ?? "");
  return [
    ...(name ? [] : [required(`${field}.name`)]),
    ...(volumes.has(name ?? "") ? [] : [missingReference(`${field}.name`, name ?? "")]),
    ...(mountPath ? [] : [required(`${field}.mountPath`)]),
    ...(isTaken ? [invalid(`${field}.mountPath`, mountPath ?? "", "must be unique")] : []),
  ];
}

function deviceClashes(
  field: string,
  { name, mountPath }: VolumeMount,
  devices: readonly VolumeDevice[],
): FieldError[] {
  return [
    ...(devices.some((device) => device.name === name)
      ? [invalid(`${field}.name`, name, "must not already exist in volumeDevices")]
      : []),
    ...(devices.some((device) => device.devicePath === mountPath)
      ? [invalid(`${field}.mountPath`, mountPath, "must not already exist as a path in volumeDevices")]
      : []),
  ];
}

/** Upstream names the list here, not the mount. */
function subPathErrors(list: string, field: string, { subPath, subPathExpr }: VolumeMount): FieldError[] {
  return [
    ...(subPath ? descendingPathErrors(`${list}.subPath`, subPath) : []),
    ...(subPath && subPathExpr
      ? [invalid(`${field}.subPathExpr`, subPathExpr, "subPathExpr and subPath are mutually exclusive")]
      : []),
    ...(subPathExpr ? descendingPathErrors(`${list}.subPathExpr`, subPathExpr) : []),
  ];
}

function propagationErrors(field: string, { mountPropagation }: VolumeMount, container: Container): FieldError[] {
  const why = "Bidirectional mount propagation is available only to privileged containers";
  const isForbidden = mountPropagation === "Bidirectional" && !container.securityContext?.privileged;
  return [
    ...oneOfIfSet(field, mountPropagation, ["Bidirectional", "HostToContainer", "None"]),
    ...(isForbidden ? [notAllowed(field, why)] : []),
  ];
}

/** https://kubernetes.io/docs/concepts/storage/volumes/#recursive-read-only-mounts */
function recursionErrors(field: string, mount: VolumeMount): FieldError[] {
  const { recursiveReadOnly, readOnly, mountPropagation } = mount;
  if (recursiveReadOnly === undefined || recursiveReadOnly === "Disabled") return [];
  if (recursiveReadOnly !== "Enabled" && recursiveReadOnly !== "IfPossible") {
    return [notSupported(field, recursiveReadOnly, ["Disabled", "Enabled", "IfPossible"])];
  }
  const isShared = mountPropagation !== undefined && mountPropagation !== "None";
  return [
    ...(readOnly ? [] : [notAllowed(field, "may only be specified when readOnly is true")]),
    ...(isShared ? [notAllowed(field, "may only be specified when mountPropagation is None or not specified")] : []),
  ];
}

interface Seen {
  readonly names: Set<string>;
  readonly paths: Set<string>;
}

function deviceErrors(field: string, { name, devicePath }: VolumeDevice, volumes: Volumes, seen: Seen): FieldError[] {
  const errors = [
    ...deviceNameErrors(`${field}.name`, name, volumes, seen),
    ...(devicePath ? [] : [required(`${field}.devicePath`)]),
    ...(seen.paths.has(devicePath) ? [invalid(`${field}.devicePath`, devicePath, "must be unique")] : []),
    ...(noBackstepErrors("", devicePath).length > 0
      ? [invalid(`${field}.devicePath`, devicePath, "can not contain backsteps ('..')")]
      : []),
  ];
  seen.names.add(name);
  seen.paths.add(devicePath);
  return errors;
}

function deviceNameErrors(field: string, name: string, volumes: Volumes, { names }: Seen): FieldError[] {
  const volume = volumes.get(name);
  const isClaim = volume?.persistentVolumeClaim !== undefined || volume?.ephemeral !== undefined;
  const why = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
  return [
    ...(name ? [] : [required(field)]),
    ...(name && names.has(name) ? [invalid(field, name, "must be unique")] : []),
    ...(volume && !isClaim ? [invalid(field, name, why)] : []),
    ...(volume ? [] : [missingReference(field, name)]),
  ];
}

function mountClashes(field: string, { name, devicePath }: VolumeDevice, mounts: readonly VolumeMount[]): FieldError[] {
  return [
    ...(mounts.some((mount) => mount.name === name)
      ? [invalid(`${field}.name`, name, "must not already exist in volumeMounts")]
      : []),
    ...(mounts.some((mount) => mount.mountPath === devicePath)
      ? [invalid(`${field}.devicePath`, devicePath, "must not already exist as a path in volumeMounts")]
      : []),
  ];
}
