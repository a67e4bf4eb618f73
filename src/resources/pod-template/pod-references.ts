import type { Container, EphemeralContainer, Pod, Volume } from "../../api/types.gen.ts";

/** Names of objects of its namespace that a pod is made of. */
export interface PodReferences {
  readonly secrets: ReadonlySet<string>;
  readonly configMaps: ReadonlySet<string>;
  readonly claims: ReadonlySet<string>;
}

/** All that a pod refers to: in volumes, in environments, and to pull its images. */
export function podReferences({ metadata, spec }: Pod): PodReferences {
  const { volumes = [], imagePullSecrets = [], initContainers = [], ephemeralContainers = [] } = spec;
  const containers: readonly (Container | EphemeralContainer)[] = [
    ...initContainers,
    ...spec.containers,
    ...ephemeralContainers,
  ];
  const sources = containers.flatMap(({ env = [], envFrom = [] }) => [
    ...env.map(({ valueFrom }) => ({ secret: valueFrom?.secretKeyRef, configMap: valueFrom?.configMapKeyRef })),
    ...envFrom.map(({ secretRef, configMapRef }) => ({ secret: secretRef, configMap: configMapRef })),
  ]);
  const projected = volumes.flatMap((volume) => volume.projected?.sources ?? []);
  return {
    secrets: names([
      ...imagePullSecrets.map(({ name }) => name),
      ...sources.map(({ secret }) => secret?.name),
      ...projected.map(({ secret }) => secret?.name),
      ...volumes.flatMap((volume) => secretsOfVolume(volume)),
    ]),
    configMaps: names([
      ...sources.map(({ configMap }) => configMap?.name),
      ...projected.map(({ configMap }) => configMap?.name),
      ...volumes.map(({ configMap }) => configMap?.name),
    ]),
    claims: names(
      volumes.map(({ name, ephemeral, persistentVolumeClaim }) =>
        ephemeral ? `${metadata.name}-${name}` : persistentVolumeClaim?.claimName,
      ),
    ),
  };
}

/** Many kinds of volumes have credentials, under few names. */
function secretsOfVolume({ name: _name, ...sources }: Volume): readonly (string | undefined)[] {
  return Object.values(sources).flatMap((source) => {
    const { secretName, secretRef, nodePublishSecretRef } = source as Readonly<Record<string, string & Named>>;
    return [secretName, secretRef?.name, nodePublishSecretRef?.name];
  });
}

interface Named {
  readonly name?: string;
}

function names(given: readonly (string | undefined)[]): ReadonlySet<string> {
  return new Set(given.flatMap((name) => (name ? [name] : [])));
}
