import type { PodSpec, Volume, VolumeProjection } from "../../api/types.gen.ts";

const deprecated: readonly (readonly [keyof Volume, string, string])[] = [
  ["photonPersistentDisk", "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"],
  ["gitRepo", "gitRepo", "deprecated in v1.11"],
  ["scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"],
  ["flocker", "flocker", "deprecated in v1.22, non-functional in v1.25+"],
  ["storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"],
  ["quobyte", "quobyte", "deprecated in v1.22, non-functional in v1.25+"],
  ["glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"],
  ["cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"],
  ["rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"],
];

/** Volumes of kinds that are gone, and files that hide a token. */
export function volumeWarnings(field: string, { volumes = [] }: PodSpec): string[] {
  const tokens = new Set(
    volumes.flatMap(({ projected }) =>
      (projected?.sources ?? []).flatMap(({ serviceAccountToken }) =>
        serviceAccountToken ? [serviceAccountToken.path] : [],
      ),
    ),
  );
  return [
    ...volumes.flatMap((volume, index) =>
      deprecated
        .filter(([kind]) => volume[kind] !== undefined)
        .map(([, shown, message]) => `${field}.volumes[${index}].${shown}: ${message}`),
    ),
    ...volumes.flatMap(({ projected }, index) =>
      (projected?.sources ?? []).flatMap((source) => hiddenTokens(`${field}.volumes[${index}]`, source, tokens)),
    ),
  ];
}

function hiddenTokens(field: string, source: VolumeProjection, tokens: ReadonlySet<string>): string[] {
  const lists = [
    ["configMap", source.configMap?.items],
    ["secrets", source.secret?.items],
    ["downwardAPI", source.downwardAPI?.items],
  ] as const;
  return lists.flatMap(([kind, items]) =>
    (items ?? []).flatMap(({ path }, index) => {
      const at = `${field}.projected.sources.${kind}[${index}]`;
      return tokens.has(path) ? [`${at}: has duplicated path with ServiceAccountToken ${JSON.stringify(path)}`] : [];
    }),
  );
}
