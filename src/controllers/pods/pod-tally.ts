import { controllerOf, type KubeObject, keyOf, type ObjectKey } from "../../api/object.ts";
import { matchesLabels, matchesSelector } from "../../api/selectors.ts";
import type { LabelSelector, Pod } from "../../api/types.gen.ts";
import type { WatchEvent } from "../../client/client.ts";
import type { Informers } from "../../client/informer.ts";
import { podsOf } from "./claim.ts";
import { availableInMs, isActive, isReady } from "./pod-state.ts";

/** What an owner counts its pods by. A new object of it means that all are counted again. */
export interface Measure {
  readonly selector: LabelSelector;
  readonly templateLabels: Readonly<Record<string, string>>;
  readonly minReadySeconds: number;
}

/** The counts of a moment: of pods that are active and match the selector. */
export interface Tally {
  readonly active: number;
  readonly labelled: number;
  readonly ready: number;
  readonly available: number;
  /** Ms until one more becomes available; undefined: none is going to by itself. */
  readonly nextAvailableInMs: number | undefined;
  /** Active or not, they no longer match. */
  readonly strays: readonly Pod[];
}

interface Account {
  readonly uid: string;
  readonly spec: unknown;
  readonly measure: Measure;
  /** Pods that have changed since they were last counted; undefined: gone. */
  readonly changed: Map<string, Pod | undefined>;
  readonly active: Map<string, { readonly isLabelled: boolean; readonly isReady: boolean }>;
  readonly strays: Map<string, Pod>;
  /** Ready, but maybe not for long enough. */
  readonly waiting: Map<string, Pod>;
  labelled: number;
  ready: number;
}

/** Counts the pods of many owners, each only when it has changed: what a reconcile costs does not grow with its pods. */
export class PodTally {
  readonly #accounts = new Map<string, Account>();

  /** To be told of every change of a pod. */
  note({ type, object, previous }: WatchEvent<Pod>): void {
    const uid = object.metadata.uid ?? "";
    const owner = this.#accountOf(object);
    const former = previous && this.#accountOf(previous);
    if (former && former !== owner) former.changed.set(uid, undefined);
    owner?.changed.set(uid, type === "DELETED" ? undefined : object);
  }

  of(
    owner: KubeObject & { readonly spec: unknown },
    measureOf: () => Measure,
    informers: Informers,
    now: number,
  ): Tally {
    const account = this.#ensure(owner, measureOf, informers);
    for (const [uid, pod] of account.changed) count(account, uid, pod);
    account.changed.clear();
    const { minReadySeconds } = account.measure;
    let nextAvailableInMs: number | undefined;
    for (const [uid, pod] of account.waiting) {
      const waitMs = availableInMs([pod], minReadySeconds, now);
      if (waitMs === undefined) account.waiting.delete(uid);
      else nextAvailableInMs = Math.min(waitMs, nextAvailableInMs ?? waitMs);
    }
    const { active, labelled, ready, waiting, strays } = account;
    const available = ready - waiting.size;
    return { active: active.size, labelled, ready, available, nextAvailableInMs, strays: [...strays.values()] };
  }

  forget(owner: ObjectKey): void {
    this.#accounts.delete(idOf(owner));
  }

  #accountOf(pod: Pod): Account | undefined {
    const owner = controllerOf(pod);
    if (!owner) return undefined;
    const account = this.#accounts.get(idOf({ namespace: pod.metadata.namespace ?? "", name: owner.name }));
    return account?.uid === owner.uid ? account : undefined;
  }

  #ensure(owner: KubeObject & { readonly spec: unknown }, measureOf: () => Measure, informers: Informers): Account {
    const id = idOf(keyOf(owner));
    const { uid = "" } = owner.metadata;
    const known = this.#accounts.get(id);
    if (known?.uid === uid && known.spec === owner.spec) return known;
    const account: Account = {
      uid,
      spec: owner.spec,
      measure: measureOf(),
      changed: new Map(podsOf(owner, informers).map((pod) => [pod.metadata.uid ?? "", pod])),
      active: new Map(),
      strays: new Map(),
      waiting: new Map(),
      labelled: 0,
      ready: 0,
    };
    this.#accounts.set(id, account);
    return account;
  }
}

function idOf({ namespace, name }: ObjectKey): string {
  return `${namespace}/${name}`;
}

function count(account: Account, uid: string, pod: Pod | undefined): void {
  const { measure, active, strays, waiting } = account;
  const before = active.get(uid);
  if (before?.isLabelled) account.labelled--;
  if (before?.isReady) account.ready--;
  active.delete(uid);
  strays.delete(uid);
  waiting.delete(uid);
  if (!pod) return;
  const labels = pod.metadata.labels ?? {};
  if (!matchesSelector(measure.selector, labels)) {
    strays.set(uid, pod);
    return;
  }
  if (!isActive(pod)) return;
  const now = { isLabelled: matchesLabels(measure.templateLabels, labels), isReady: isReady(pod) };
  active.set(uid, now);
  if (now.isLabelled) account.labelled++;
  if (now.isReady) account.ready++;
  if (now.isReady && measure.minReadySeconds > 0) waiting.set(uid, pod);
}
