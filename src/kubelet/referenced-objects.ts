import { keyOf, type KubeObject, type ObjectKey } from "../api/object.ts";
import type { ConfigMap, PersistentVolume, PersistentVolumeClaim, Secret, Volume } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import { configMaps } from "../resources/core/config-map.ts";
import { persistentVolumeClaims } from "../resources/core/persistent-volume-claim.ts";
import { persistentVolumes } from "../resources/core/persistent-volume.ts";
import { secrets } from "../resources/core/secret.ts";
import type { ResourceDefinition } from "../resources/definition.ts";

/** An object in a pod's namespace that one of its volumes is made of. */
export interface Reference extends ObjectKey {
  readonly kind: "ConfigMap" | "Secret" | "PersistentVolumeClaim";
}

const resources = {
  ConfigMap: configMaps,
  Secret: secrets,
  PersistentVolumeClaim: persistentVolumeClaims,
} as unknown as Readonly<Record<Reference["kind"], ResourceDefinition>>;

/** The objects that a node's pods refer to. One watch serves all pods: a change finds its followers by name. */
export class ReferencedObjects {
  readonly #informers: Informers;
  readonly #followers = new Map<string, Set<() => void>>();
  readonly #watched = new Map<Reference["kind"], () => void>();

  constructor(informers: Informers) {
    this.#informers = informers;
  }

  configMap(key: ObjectKey): ConfigMap | undefined {
    return this.#informers.for(configMaps).get(key);
  }

  secret(key: ObjectKey): Secret | undefined {
    return this.#informers.for(secrets).get(key);
  }

  claim(key: ObjectKey): PersistentVolumeClaim | undefined {
    return this.#informers.for(persistentVolumeClaims).get(key);
  }

  persistentVolume(name: string): PersistentVolume | undefined {
    return this.#informers.for(persistentVolumes).get({ namespace: "", name });
  }

  /** Objects that never change need no follower. */
  isImmutable({ kind, ...key }: Reference): boolean {
    const found = kind === "ConfigMap" ? this.configMap(key) : kind === "Secret" ? this.secret(key) : undefined;
    return found?.immutable === true;
  }

  /** Tells of every change of any of these objects, coming and going too. The returned function stops. */
  follow(references: readonly Reference[], changed: () => void): () => void {
    for (const reference of references) {
      this.#watch(reference.kind);
      const id = idOf(reference.kind, reference);
      const followers = this.#followers.get(id);
      if (followers) followers.add(changed);
      else this.#followers.set(id, new Set([changed]));
    }
    return () => {
      for (const reference of references) this.#forget(idOf(reference.kind, reference), changed);
    };
  }

  stop(): void {
    for (const stop of this.#watched.values()) stop();
    this.#watched.clear();
    this.#followers.clear();
  }

  #watch(kind: Reference["kind"]): void {
    if (this.#watched.has(kind)) return;
    const stop = this.#informers.for(resources[kind]).onChange(({ object }) => this.#tell(kind, object));
    this.#watched.set(kind, stop);
  }

  #tell(kind: Reference["kind"], object: KubeObject): void {
    const followers = this.#followers.get(idOf(kind, keyOf(object)));
    // One that is told may leave.
    if (followers) for (const changed of Array.from(followers)) changed();
  }

  #forget(id: string, changed: () => void): void {
    const followers = this.#followers.get(id);
    followers?.delete(changed);
    if (followers?.size === 0) this.#followers.delete(id);
  }
}

function idOf(kind: Reference["kind"], { namespace, name }: ObjectKey): string {
  return `${kind}/${namespace}/${name}`;
}

/** What a volume is made of. */
export function referencesOf(volume: Volume, { namespace, name }: ObjectKey): Reference[] {
  const references: Reference[] = [];
  const add = (kind: Reference["kind"], referred = ""): void =>
    void references.push({ kind, namespace, name: referred });
  if (volume.configMap) add("ConfigMap", volume.configMap.name);
  if (volume.secret) add("Secret", volume.secret.secretName);
  if (volume.persistentVolumeClaim) add("PersistentVolumeClaim", volume.persistentVolumeClaim.claimName);
  if (volume.ephemeral) add("PersistentVolumeClaim", `${name}-${volume.name}`);
  for (const { configMap, secret } of volume.projected?.sources ?? []) {
    if (configMap) add("ConfigMap", configMap.name);
    if (secret) add("Secret", secret.name);
  }
  return references;
}
