import type { Pod, ProjectedVolumeSource, VolumeProjection } from "../../api/types.gen.ts";
import type { KubeletContext } from "../node-context.ts";
import { configMapFiles } from "./config-map.ts";
import { downwardFiles } from "./downward-api.ts";
import type { Payload, PayloadFile } from "./payload.ts";
import { secretFiles } from "./secret.ts";
import { ServiceAccountToken } from "./service-account-token.ts";
import { commonUser } from "./volume-owner.ts";
import { type Projection, VolumeError, type VolumeKind } from "./volume.ts";

/** Several sources in one directory. https://kubernetes.io/docs/concepts/storage/projected-volumes/ */
export const projected: VolumeKind = {
  field: "projected",

  mount({ volume, context, warn }) {
    const source = volume.projected ?? {};
    if (source.sources?.some(({ clusterTrustBundle }) => clusterTrustBundle)) {
      warn("NotSimulated", `volume ${JSON.stringify(volume.name)}: clusterTrustBundle sources are left out`);
    }
    return projectionOf(source, context);
  },
};

function projectionOf(
  { sources = [], defaultMode = 0o644 }: ProjectedVolumeSource,
  context: KubeletContext,
): Projection {
  const tokens = new Map(
    sources.flatMap((source) =>
      source.serviceAccountToken
        ? [[source, new ServiceAccountToken(source.serviceAccountToken, context)] as const]
        : [],
    ),
  );
  return {
    async make(pod) {
      const files = new Map<string, PayloadFile>();
      const failures: string[] = [];
      for (const source of sources) {
        const made = await partOf(source, pod, { token: tokens.get(source), context, defaultMode });
        if (made instanceof VolumeError) failures.push(made.message);
        else for (const [path, file] of made) files.set(path, file);
      }
      if (failures.length > 0)
        throw new VolumeError(failures.length === 1 ? failures.join("") : `[${failures.join(", ")}]`);
      return files;
    },
    dueAt: () => (tokens.size === 0 ? undefined : Math.min(...[...tokens.values()].map(({ dueAt }) => dueAt))),
  };
}

interface PartOptions {
  readonly token: ServiceAccountToken | undefined;
  readonly context: KubeletContext;
  readonly defaultMode: number;
}

/** A VolumeError is returned, so that all that is wrong can be told at once. */
async function partOf(
  { configMap, secret, downwardAPI }: VolumeProjection,
  pod: Pod,
  { token, context, defaultMode }: PartOptions,
): Promise<Payload | VolumeError> {
  const where = { namespace: pod.metadata.namespace ?? "", defaultMode };
  try {
    if (token) return new Map([[token.path, await tokenFile(token, pod, defaultMode)]]);
    if (configMap) return configMapFiles(configMap, context.objects, where);
    if (secret) return secretFiles(secret, context.objects, where);
    return downwardFiles(downwardAPI?.items ?? [], pod, { context, defaultMode });
  } catch (error) {
    if (error instanceof VolumeError) return error;
    throw error;
  }
}

/** Nobody but the pod's user and group may read it, where the pod names them. */
async function tokenFile(token: ServiceAccountToken, pod: Pod, defaultMode: number): Promise<PayloadFile> {
  const content = await token.bytes(pod);
  const uid = commonUser(pod);
  const isShared = uid === undefined && pod.spec.securityContext?.fsGroup === undefined;
  return { content, mode: isShared ? defaultMode : 0o600, ...(uid === undefined ? {} : { uid }) };
}
