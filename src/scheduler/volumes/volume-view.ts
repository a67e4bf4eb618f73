import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from "../../api/types.gen.ts";
import type { Informers } from "../../client/informer.ts";
import { persistentVolumeClaims } from "../../resources/core/persistent-volume-claim.ts";
import { persistentVolumes } from "../../resources/core/persistent-volume.ts";
import { storageClasses } from "../../resources/storage/storage-class.ts";
import { addTo } from "../pod-counts.ts";
import { claimNamesOf } from "./pod-claims.ts";

const classAnnotation = "volume.beta.kubernetes.io/storage-class";
const boundAnnotation = "pv.kubernetes.io/bind-completed";
/** On which node a claim is first wanted: the scheduler writes it, and whoever makes volumes reads it. */
export const selectedNode = "volume.kubernetes.io/selected-node";

/** Claims and volumes as they are, with what has been decided about them and is not written yet. */
export class VolumeView {
  readonly informers: Informers;
  /** Volumes promised to a claim (by uid), by volume name. */
  readonly promised = new Map<string, string>();
  /** How many placed pods use a claim, by `namespace/name`. */
  readonly #users = new Map<string, number>();

  constructor(informers: Informers) {
    this.informers = informers;
  }

  claim(namespace: string, name: string): PersistentVolumeClaim | undefined {
    return this.informers.for(persistentVolumeClaims).get({ namespace, name });
  }

  volume(name: string): PersistentVolume | undefined {
    return this.informers.for(persistentVolumes).get({ namespace: "", name });
  }

  /** The claims that exist, of those a pod names. */
  claimsOf(pod: Pod): PersistentVolumeClaim[] {
    return claimNamesOf(pod).flatMap(({ name }) => this.claim(pod.metadata.namespace ?? "", name) ?? []);
  }

  classOf(claim: PersistentVolumeClaim): StorageClass | undefined {
    const name = classNameOf(claim);
    return name === "" ? undefined : this.informers.for(storageClasses).get({ namespace: "", name });
  }

  /** How many placed pods use a claim. */
  users({ metadata }: PersistentVolumeClaim): number {
    return this.#users.get(`${metadata.namespace ?? ""}/${metadata.name}`) ?? 0;
  }

  /** A pod has come to (1) or left (-1) a node. */
  move(pod: Pod, by: 1 | -1): void {
    for (const { name } of claimNamesOf(pod)) addTo(this.#users, `${pod.metadata.namespace ?? ""}/${name}`, by);
  }
}

export function classNameOf({ metadata, spec }: PersistentVolumeClaim | PersistentVolume): string {
  return metadata.annotations?.[classAnnotation] ?? spec.storageClassName ?? "";
}

/** Whether a claim and its volume both say that they belong together. */
export function isBound({ metadata, spec, status }: PersistentVolumeClaim): boolean {
  return (
    Boolean(spec.volumeName) && (metadata.annotations?.[boundAnnotation] !== undefined || status?.phase === "Bound")
  );
}
