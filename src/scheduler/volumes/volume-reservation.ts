import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types.gen.ts";
import type { Client } from "../../client/client.ts";
import { persistentVolumeClaims } from "../../resources/core/persistent-volume-claim.ts";
import { persistentVolumes } from "../../resources/core/persistent-volume.ts";
import type { Clock } from "../../sim/clock.ts";
import { BindingError, type Reservation } from "../reservation.ts";
import type { VolumeChoice } from "./volume-choice.ts";
import { isBound, selectedNode, type VolumeView } from "./volume-view.ts";

const boundByController = "pv.kubernetes.io/bound-by-controller";
const bindTimeoutMs = 600_000;

/** Holds the chosen volumes for a pod's claims, then has them bound or made, for which the volume controller may take its time. */
export function reserveVolumes(choice: VolumeChoice, node: string, view: VolumeView): Reservation {
  const { bindings, provisions } = choice;
  const abandoned = new AbortController();
  for (const { claim, volume } of bindings) view.promised.set(volume.metadata.name, claim.metadata.uid ?? "");
  const forget = (): void => {
    for (const { volume } of bindings) view.promised.delete(volume.metadata.name);
  };
  return {
    async prepare({ client, clock }) {
      for (const { claim, volume } of bindings) await promise(client, volume, claim);
      for (const claim of provisions) await askForVolume(client, claim, node);
      await allBound(choice, { node, view, clock, signal: abandoned.signal });
      forget();
    },
    release() {
      forget();
      abandoned.abort();
    },
  };
}

/** The volume controller does the rest when it sees whom the volume is for. */
async function promise(client: Client, volume: PersistentVolume, { metadata }: PersistentVolumeClaim): Promise<void> {
  const { namespace = "", name, uid = "", resourceVersion = "" } = metadata;
  const claimRef = { kind: "PersistentVolumeClaim", apiVersion: "v1", namespace, name, uid, resourceVersion };
  const annotations = { ...volume.metadata.annotations, [boundByController]: "yes" };
  await client.update(persistentVolumes, {
    ...volume,
    metadata: { ...volume.metadata, annotations },
    spec: { ...volume.spec, claimRef },
  });
}

async function askForVolume(client: Client, { metadata }: PersistentVolumeClaim, node: string): Promise<void> {
  if (metadata.annotations?.[selectedNode] === node) return;
  const key = { namespace: metadata.namespace ?? "", name: metadata.name };
  await client.patch(persistentVolumeClaims, key, { metadata: { annotations: { [selectedNode]: node } } });
}

interface Wait {
  readonly node: string;
  readonly view: VolumeView;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Rejects with a BindingError after 10 minutes, and as soon as it cannot succeed any more. */
function allBound(choice: VolumeChoice, { node, view, clock, signal }: Wait): Promise<void> {
  const ends: (() => void)[] = [];
  const waited = new Promise<void>((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new BindingError(`running PreBind plugin "VolumeBinding": binding volumes: ${why}`));
    const look = (): void => {
      const progress = progressOf(choice, node, view);
      if (progress === "bound") resolve();
      else if (progress !== "waiting") fail(progress);
    };
    const abandon = (): void => fail("pod does not exist any more");
    signal.addEventListener("abort", abandon);
    ends.push(
      clock.after(bindTimeoutMs, () => fail("context deadline exceeded")),
      view.informers.for(persistentVolumeClaims).onChange(look),
      () => signal.removeEventListener("abort", abandon),
    );
    look();
  });
  return waited.finally(() => {
    for (const end of ends) end();
  });
}

/** What stands in the way, unless all is well or may become so. */
function progressOf({ bindings, provisions }: VolumeChoice, node: string, view: VolumeView): string {
  let isWaiting = false;
  for (const { metadata } of [...bindings.map(({ claim }) => claim), ...provisions]) {
    const { namespace = "", name } = metadata;
    const claim = view.claim(namespace, name);
    if (!claim) return `persistentvolumeclaim ${JSON.stringify(name)} not found`;
    if (isBound(claim)) continue;
    isWaiting = true;
    const isAskedFor = provisions.some((one) => one.metadata.uid === metadata.uid);
    const wasGivenUp = isAskedFor && claim.metadata.annotations?.[selectedNode] !== node;
    if (wasGivenUp) return `provisioning failed for PVC ${JSON.stringify(name)}`;
  }
  return isWaiting ? "waiting" : "bound";
}
