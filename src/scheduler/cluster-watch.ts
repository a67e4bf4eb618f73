import type { KubeObject } from "../api/object.ts";
import type { Node, Pod } from "../api/types.gen.ts";
import type { WatchEvent } from "../client/client.ts";
import { nodes } from "../resources/core/node.ts";
import { persistentVolumeClaims } from "../resources/core/persistent-volume-claim.ts";
import { persistentVolumes } from "../resources/core/persistent-volume.ts";
import { pods } from "../resources/core/pod.ts";
import { csiNodes } from "../resources/storage/csi-node.ts";
import { csiStorageCapacities } from "../resources/storage/csi-storage-capacity.ts";
import { storageClasses } from "../resources/storage/storage-class.ts";
import { volumeAttachments } from "../resources/storage/volume-attachment.ts";
import type { ClusterChange } from "./cluster-change.ts";
import type { ClusterView } from "./cluster-view.ts";

export interface ClusterWatch {
  /** Something has happened that may let a waiting pod run. */
  onChange(change: ClusterChange): void;
  /** A pod without a node is new or has changed. */
  onWaiting(pod: Pod, previous: Pod | undefined): void;
  /** A pod needs no node any more: it has one, has ended or is gone. */
  onSettled(pod: Pod): void;
}

/** Keeps the view up to date and tells what has happened. The returned function stops. */
export function watchCluster(view: ClusterView, watch: ClusterWatch): () => void {
  const { informers } = view;
  const changed =
    <T extends KubeObject>(what: ClusterChange["what"]) =>
    ({ type, object, previous }: WatchEvent<T>): void => {
      if (type === "DELETED") return;
      watch.onChange({ what, object, ...(previous ? { previous } : {}) } as unknown as ClusterChange);
    };
  const stops = [
    informers.for(nodes).onChange((event) => takeNode(event, view, watch)),
    informers.for(pods).onChange((event) => takePod(event, view, watch)),
    informers.for(persistentVolumeClaims).onChange(changed("claim")),
    informers.for(persistentVolumes).onChange(changed("volume")),
    informers.for(storageClasses).onChange(changed("storage class")),
    informers.for(csiNodes).onChange(changed("csi node")),
    informers.for(csiStorageCapacities).onChange(changed("storage capacity")),
    informers.for(volumeAttachments).onChange(({ type, object }) => {
      if (type === "DELETED") watch.onChange({ what: "attachment gone", object });
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function takeNode({ type, object, previous }: WatchEvent<Node>, view: ClusterView, watch: ClusterWatch): void {
  if (type === "DELETED") {
    view.removeNode(object.metadata.name);
    watch.onChange({ what: "node gone", object });
    return;
  }
  view.setNode(object);
  if (previous && isSamePlace(previous, object)) return;
  watch.onChange({ what: "node", object, ...(previous ? { previous } : {}) });
}

/** Heartbeats do not change where pods can run. */
function isSamePlace(before: Node, now: Node): boolean {
  return (
    before.spec === now.spec &&
    before.metadata.labels === now.metadata.labels &&
    before.status?.allocatable === now.status?.allocatable
  );
}

function takePod({ type, object, previous }: WatchEvent<Pod>, view: ClusterView, watch: ClusterWatch): void {
  const uid = object.metadata.uid ?? "";
  const { nodeName } = object.spec;
  if (type === "DELETED" || hasEnded(object)) {
    watch.onSettled(object);
    const wasAwaited = view.nominations.nodeOf(uid) !== undefined;
    view.nominations.remove(uid);
    const wasPlaced = view.placeOf(uid) !== undefined;
    view.remove(uid);
    if (wasPlaced || wasAwaited) watch.onChange({ what: "pod gone", object });
    return;
  }
  if (!nodeName) {
    watch.onWaiting(object, previous);
    return;
  }
  watch.onSettled(object);
  view.nominations.remove(uid);
  view.place(object, nodeName);
  const isNew = !previous?.spec.nodeName;
  if (isNew) watch.onChange({ what: "pod", object });
  else if (!isSamePod(previous, object)) watch.onChange({ what: "pod", object, previous });
}

/** Most changes of a pod are of its status alone. */
function isSamePod(before: Pod, now: Pod): boolean {
  return (
    before.spec.containers === now.spec.containers &&
    before.metadata.labels === now.metadata.labels &&
    before.metadata.deletionTimestamp === now.metadata.deletionTimestamp
  );
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}
