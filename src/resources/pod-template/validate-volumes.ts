import { compareQuantities, quantityError } from "../../api/quantity.ts";
import { duplicate, type FieldError, invalid, notAllowed, required } from "../../api/status.ts";
import type { Volume, VolumeSource } from "../../api/types.gen.ts";
import { each, oneOfIfSet, requiredText } from "../field-checks.ts";
import { check, dnsLabel, dnsSubdomain } from "../names.ts";
import { claimTemplateErrors } from "./validate-claim-template.ts";
import { legacySourceErrors } from "./validate-legacy-volume.ts";
import { fileModeErrors, noBackstepErrors } from "./validate-path.ts";
import { downwardFileErrors, keyErrors, projectionErrors } from "./validate-projected-volume.ts";
import type { Volumes } from "./validate-volume-mounts.ts";

export interface CheckedVolumes {
  readonly errors: FieldError[];
  /** Those without errors: a mount of any other is a mount of nothing. */
  readonly sound: Volumes;
}

/** `podName` is that of the pod, if it has one yet: it is part of the names of the claims made for it. */
export function checkVolumes(field: string, volumes: readonly Volume[] | undefined, podName: string): CheckedVolumes {
  const sound = new Map<string, Volume>();
  const ownClaims = (volumes ?? []).filter(({ ephemeral }) => ephemeral).map(({ name }) => `${podName}-${name}`);
  const errors = each(field, volumes, (volume, path) => {
    const own = [...sourceErrors(path, volume, podName), ...nameErrors(`${path}.name`, volume.name, sound)];
    if (own.length === 0) sound.set(volume.name, volume);
    return [...own, ...claimClashes(path, volume, podName ? ownClaims : [])];
  });
  return { errors, sound };
}

function nameErrors(field: string, name: string, known: Volumes): FieldError[] {
  return [
    ...(name ? check(field, name, dnsLabel) : [required(field)]),
    ...(known.has(name) ? [duplicate(field, name)] : []),
  ];
}

function claimClashes(
  field: string,
  { persistentVolumeClaim: claim }: Volume,
  ownClaims: readonly string[],
): FieldError[] {
  if (!claim || !ownClaims.includes(claim.claimName)) return [];
  const why = "must not reference a PVC that gets created for an ephemeral volume";
  return [invalid(`${field}.persistentVolumeClaim.claimName`, claim.claimName, why)];
}

/** In this order the first source counts; any other is one too many. */
function sourceErrors(field: string, volume: Volume, podName: string): FieldError[] {
  const { name: _, ...source } = volume;
  const kinds = sourceOrder.filter((kind) => source[kind] !== undefined);
  const [first, ...others] = kinds;
  if (!first) return [required(field, "must specify a volume type")];
  return [
    ...errorsOfSource(`${field}.${first}`, first, source),
    ...(source.ephemeral && podName ? claimNameErrors(`${field}.name`, volume.name, podName) : []),
    ...others.map((kind) => notAllowed(`${field}.${kind}`, "may not specify more than 1 volume type")),
  ];
}

const sourceOrder: readonly (keyof VolumeSource)[] = [
  "emptyDir",
  "hostPath",
  "gitRepo",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "secret",
  "nfs",
  "iscsi",
  "glusterfs",
  "flocker",
  "persistentVolumeClaim",
  "rbd",
  "cinder",
  "cephfs",
  "quobyte",
  "downwardAPI",
  "fc",
  "flexVolume",
  "configMap",
  "azureFile",
  "vsphereVolume",
  "photonPersistentDisk",
  "portworxVolume",
  "azureDisk",
  "storageos",
  "projected",
  "scaleIO",
  "csi",
  "ephemeral",
];

function errorsOfSource(field: string, kind: keyof VolumeSource, source: VolumeSource): FieldError[] {
  const { emptyDir, hostPath, secret, configMap, downwardAPI, projected, persistentVolumeClaim, ephemeral } = source;
  switch (kind) {
    case "emptyDir":
      return sizeLimitErrors(`${field}.sizeLimit`, emptyDir?.sizeLimit);
    case "hostPath":
      return hostPathErrors(field, hostPath?.path, hostPath?.type);
    case "secret":
      return [...requiredText(`${field}.secretName`, secret?.secretName), ...fileErrors(field, secret)];
    case "configMap":
      return [...requiredText(`${field}.name`, configMap?.name), ...fileErrors(field, configMap)];
    case "downwardAPI":
      return [
        ...fileModeErrors(`${field}.defaultMode`, downwardAPI?.defaultMode),
        ...(downwardAPI?.items ?? []).flatMap((file) => downwardFileErrors(field, file)),
      ];
    case "projected":
      return projected ? projectionErrors(field, projected) : [];
    case "persistentVolumeClaim":
      return requiredText(`${field}.claimName`, persistentVolumeClaim?.claimName);
    case "ephemeral":
      return claimTemplateErrors(`${field}.volumeClaimTemplate`, ephemeral?.volumeClaimTemplate);
    default:
      return legacySourceErrors(field, kind, source);
  }
}

function sizeLimitErrors(field: string, limit: string | undefined): FieldError[] {
  if (limit === undefined || quantityError(limit) || compareQuantities(limit, "0") >= 0) return [];
  return [notAllowed(field, "SizeLimit field must be a valid resource quantity")];
}

const hostPathTypes = [
  "",
  "BlockDevice",
  "CharDevice",
  "Directory",
  "DirectoryOrCreate",
  "File",
  "FileOrCreate",
  "Socket",
];

function hostPathErrors(field: string, path: string | undefined, type: string | undefined): FieldError[] {
  if (!path) return [required(`${field}.path`)];
  return [...noBackstepErrors(`${field}.path`, path), ...oneOfIfSet(`${field}.type`, type, hostPathTypes)];
}

interface Files {
  readonly defaultMode?: number;
  readonly items?: readonly { readonly key: string; readonly path: string; readonly mode?: number }[];
}

function fileErrors(field: string, { defaultMode, items }: Files = {}): FieldError[] {
  return [...fileModeErrors(`${field}.defaultMode`, defaultMode), ...each(`${field}.items`, items, keyErrors)];
}

function claimNameErrors(field: string, name: string, podName: string): FieldError[] {
  const claim = `${podName}-${name}`;
  return dnsSubdomain(claim).map((problem) => invalid(field, name, `PVC name ${JSON.stringify(claim)}: ${problem}`));
}
