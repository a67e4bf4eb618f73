import { type FieldError, invalid, notSupported, required, tooLong } from "../../api/status.ts";
import type {
  AzureDiskVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  ISCSIVolumeSource,
  QuobyteVolumeSource,
  StorageOSVolumeSource,
  VolumeSource,
} from "../../api/types.gen.ts";
import { inRange, oneOfIfSet, requiredText } from "../field-checks.ts";
import { check, dnsLabel, dnsSubdomain } from "../names.ts";
import { descendingPathErrors } from "./validate-path.ts";

/** Fields that a source cannot do without. */
const requiredFields: Readonly<Record<string, readonly string[]>> = {
  gitRepo: ["repository"],
  gcePersistentDisk: ["pdName"],
  awsElasticBlockStore: ["volumeID"],
  nfs: ["server", "path"],
  glusterfs: ["endpoints", "path"],
  rbd: ["monitors", "image"],
  cinder: ["volumeID"],
  cephfs: ["monitors"],
  flexVolume: ["driver"],
  azureFile: ["secretName", "shareName"],
  vsphereVolume: ["volumePath"],
  photonPersistentDisk: ["pdID"],
  portworxVolume: ["volumeID"],
  azureDisk: ["diskName", "diskURI"],
  scaleIO: ["gateway", "system", "volumeName"],
  iscsi: ["targetPortal", "iqn"],
};

/** Disks of clouds and old storage systems, and CSI's inline volumes. */
export function legacySourceErrors(field: string, kind: keyof VolumeSource, source: VolumeSource): FieldError[] {
  const given = (source[kind] ?? {}) as Readonly<Record<string, unknown>>;
  const missing = (requiredFields[kind] ?? []).filter((name) => isEmpty(given[name]));
  return [...missing.map((name) => required(`${field}.${name}`)), ...ownErrors(field, kind, source)];
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

function ownErrors(field: string, kind: keyof VolumeSource, source: VolumeSource): FieldError[] {
  switch (kind) {
    case "gitRepo":
      return descendingPathErrors(`${field}.directory`, source.gitRepo?.directory);
    case "gcePersistentDisk":
      return partitionErrors(field, source.gcePersistentDisk?.partition);
    case "awsElasticBlockStore":
      return partitionErrors(field, source.awsElasticBlockStore?.partition);
    case "nfs":
      return absolutePathErrors(`${field}.path`, source.nfs?.path ?? "");
    case "iscsi":
      return source.iscsi ? iscsiErrors(field, source.iscsi) : [];
    case "flocker":
      return flockerErrors(field, source.flocker?.datasetName, source.flocker?.datasetUUID);
    case "quobyte":
      return source.quobyte ? quobyteErrors(field, source.quobyte) : [];
    case "fc":
      return source.fc ? fibreChannelErrors(field, source.fc) : [];
    case "flexVolume":
      return flexErrors(`${field}.options`, source.flexVolume?.options ?? {});
    case "cinder":
      return secretErrors(field, source.cinder?.secretRef);
    case "azureDisk":
      return source.azureDisk ? azureDiskErrors(field, source.azureDisk) : [];
    case "storageos":
      return source.storageos ? storageOsErrors(field, source.storageos) : [];
    case "csi":
      return csiErrors(field, source.csi?.driver ?? "", source.csi?.nodePublishSecretRef);
    default:
      return [];
  }
}

function partitionErrors(field: string, partition: number | undefined): FieldError[] {
  if (partition === undefined || (partition >= 0 && partition <= 255)) return [];
  return [invalid(`${field}.partition`, partition, "must be between 1 and 255, inclusive")];
}

function absolutePathErrors(field: string, path: string): FieldError[] {
  return path.startsWith("/") ? [] : [invalid(field, path, "must be an absolute path")];
}

const iqn = /^iqn\.\d{4}-\d{2}\.([a-z0-9.-]+)(:([^,;*&$|\s]+))?$/u;
const eui = /^eui\.[A-Za-z0-9]{16}$/u;
const naa = /^naa\.[A-Za-z0-9]{32}$/u;

function iscsiErrors(field: string, source: ISCSIVolumeSource): FieldError[] {
  const { lun, chapAuthDiscovery, chapAuthSession, secretRef, initiatorName } = source;
  const lacksSecret = (chapAuthDiscovery || chapAuthSession) && !secretRef;
  return [
    ...(source.iqn ? initiatorErrors(`${field}.iqn`, source.iqn) : []),
    ...inRange(`${field}.lun`, lun, 0, 255),
    ...(lacksSecret ? [required(`${field}.secretRef`)] : []),
    ...(initiatorName === undefined ? [] : initiatorErrors(`${field}.initiatorname`, initiatorName)),
  ];
}

function initiatorErrors(field: string, name: string): FieldError[] {
  if (!/^(?:iqn|eui|naa)/u.test(name)) {
    return [invalid(field, name, "must be valid format starting with iqn, eui, or naa")];
  }
  const isGood = [iqn, eui, naa].some((pattern) => pattern.test(name));
  return isGood ? [] : [invalid(field, name, "must be valid format")];
}

function flockerErrors(field: string, name = "", uuid = ""): FieldError[] {
  const both = "datasetName and datasetUUID can not be specified simultaneously";
  return [
    ...(name || uuid ? [] : [required(field, "one of datasetName and datasetUUID is required")]),
    ...(name && uuid ? [invalid(field, "resource", both)] : []),
    ...(name.includes("/") ? [invalid(`${field}.datasetName`, name, "must not contain '/'")] : []),
  ];
}

function quobyteErrors(field: string, { registry, tenant = "", volume }: QuobyteVolumeSource): FieldError[] {
  return [...registryErrors(field, registry, tenant), ...requiredText(`${field}.volume`, volume)];
}

function registryErrors(field: string, registry: string, tenant: string): FieldError[] {
  const why = "must be a host:port pair or multiple pairs separated by commas";
  if (!registry) return [required(`${field}.registry`, why)];
  if (tenant.length >= 65) {
    return [required(`${field}.tenant`, "must be a UUID and may not exceed a length of 64 characters")];
  }
  const wrong = registry.split(",").filter((pair) => !/^(?:[^:]*|\[[^\]]*\]):[^:]*$/u.test(pair));
  return wrong.map(() => invalid(`${field}.registry`, registry, why));
}

function fibreChannelErrors(field: string, { targetWWNs = [], wwids = [], lun }: FCVolumeSource): FieldError[] {
  const path = `${field}.targetWWNs`;
  const neither = targetWWNs.length + wwids.length === 0;
  const both = targetWWNs.length > 0 && wwids.length > 0;
  const lacksLun = targetWWNs.length > 0 && lun === undefined;
  return [
    ...(neither ? [required(path, "must specify either targetWWNs or wwids, but not both")] : []),
    ...(both ? [invalid(path, targetWWNs, "targetWWNs and wwids can not be specified simultaneously")] : []),
    ...(lacksLun ? [required(`${field}.lun`, "lun is required if targetWWNs is specified")] : []),
    ...(targetWWNs.length > 0 ? inRange(`${field}.lun`, lun, 0, 255) : []),
  ];
}

function flexErrors(field: string, options: NonNullable<FlexVolumeSource["options"]>): FieldError[] {
  return Object.keys(options)
    .filter((key) => /\.(?:kubernetes|k8s)\.io$/u.test(`.${(key.split("/", 1)[0] ?? "").toLowerCase()}`))
    .map((key) => invalid(`${field}[${key}]`, key, "kubernetes.io and k8s.io namespaces are reserved"));
}

function secretErrors(field: string, secret: { readonly name?: string } | undefined): FieldError[] {
  return secret && !secret.name ? [required(`${field}.secretRef.name`)] : [];
}

const managedDisk = "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}";
const blobDisk = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd";

function azureDiskErrors(field: string, { cachingMode, kind, diskURI }: AzureDiskVolumeSource): FieldError[] {
  const isManaged = kind === "Managed";
  const [start, shape] = isManaged ? ["/subscriptions/", managedDisk] : ["https://", blobDisk];
  return [
    ...oneOfIfSet(`${field}.cachingMode`, cachingMode, ["None", "ReadOnly", "ReadWrite"]),
    ...oneOfIfSet(`${field}.kind`, kind, ["Dedicated", "Managed", "Shared"]),
    ...(diskURI?.startsWith(start) ? [] : [notSupported(`${field}.diskURI`, diskURI, [shape])]),
  ];
}

function storageOsErrors(field: string, source: StorageOSVolumeSource): FieldError[] {
  const { volumeName, volumeNamespace, secretRef } = source;
  return [
    ...(volumeName ? check(`${field}.volumeName`, volumeName, dnsLabel) : [required(`${field}.volumeName`)]),
    ...(volumeNamespace ? check(`${field}.volumeNamespace`, volumeNamespace, dnsLabel) : []),
    ...secretErrors(field, secretRef),
  ];
}

/** https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#csi-ephemeral-volumes */
function csiErrors(field: string, driver: string, secret: { readonly name?: string } | undefined): FieldError[] {
  const problems = dnsSubdomain(driver.toLowerCase());
  return [
    ...requiredText(`${field}.driver`, driver),
    ...(driver.length > 63 ? [tooLong(`${field}.driver`, 63)] : []),
    ...problems.map((problem) => invalid(`${field}.driver`, driver, problem)),
    ...(secret && !secret.name ? [required(`${field}.nodePublishSecretRef.name`)] : []),
    ...(secret?.name ? check(`${field}.name`, secret.name, dnsSubdomain) : []),
  ];
}
