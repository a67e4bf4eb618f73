import { controllerOf, keyOf, type KubeObject, type ObjectKey } from "../api/object.ts";
import { ApiError } from "../api/status.ts";
import type { Client, WatchEvent } from "../client/client.ts";
import type { EventRecorder } from "../client/events.ts";
import type { Informers } from "../client/informer.ts";
import { WorkQueue } from "../client/work-queue.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import type { Clock } from "../sim/clock.ts";
import { describeError, type Log } from "../sim/log.ts";
import type { Random } from "../sim/random.ts";

/** One control loop: it is told that something about `key` changed, never what. */
export interface Controller<T extends KubeObject = KubeObject> {
  /** As its events name it: `replicaset-controller`. */
  readonly name: string;
  readonly reconciles: ResourceDefinition<T>;
  /** Whether a change of one of its own objects wakes it; every change does unless given. */
  isNews?(event: WatchEvent<T>): boolean;
  /** A change to one of these wakes the object that controls it. */
  readonly owns?: readonly ResourceDefinition[];
  /** A change to one of these wakes the keys that `keysOf` names. */
  readonly watches?: readonly Watch[];
  /** Once, before the first key: the place to add indexes. `wake` is for what is not an object. */
  start?(context: ControllerContext, wake: (key: ObjectKey) => void): void;
  /** When it rejects it is called again later, by a growing back-off. */
  reconcile(key: ObjectKey, context: ControllerContext): Promise<Requeue | void>;
}

export interface Watch {
  readonly resource: ResourceDefinition;
  keysOf(event: WatchEvent, context: ControllerContext): readonly ObjectKey[];
}

/** Types the event of a watched resource; `Controller.watches` holds watches of many types. */
export function watching<T extends KubeObject>(
  resource: ResourceDefinition<T>,
  keysOf: (event: WatchEvent<T>, context: ControllerContext) => readonly ObjectKey[],
): Watch {
  return {
    resource,
    keysOf: (event, context) => keysOf(event as WatchEvent<T>, context),
  };
}

/** What a controller may touch. Informers are never stale: what a write returned, they already show. */
export interface ControllerContext {
  readonly client: Client;
  readonly informers: Informers;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface Requeue {
  readonly requeueAfterMs: number;
}

/** Runs `controller` until the returned function is called. */
export function startController(controller: Controller, context: ControllerContext): () => void {
  const queue = new WorkQueue({
    clock: context.clock,
    async handle(id) {
      const requeue = await controller.reconcile(keyFrom(id), context);
      if (requeue) queue.addAfter(id, requeue.requeueAfterMs);
    },
    onError(id, error) {
      const level = error instanceof ApiError ? "debug" : "error";
      context.log.write(level, `${controller.name}: ${id}: ${describeError(error)}`);
    },
  });
  const add = (key: ObjectKey): void => queue.add(`${key.namespace}/${key.name}`);
  controller.start?.(context, add);
  const stops = [
    context.informers.for(controller.reconciles).onChange((event) => {
      if (controller.isNews?.(event) ?? true) add(keyOf(event.object));
    }),
    ...(controller.owns ?? []).map((owned) =>
      context.informers.for(owned).onChange((event) => {
        for (const key of ownersOf(event, controller.reconciles)) add(key);
      }),
    ),
    ...(controller.watches ?? []).map((watch) =>
      context.informers.for(watch.resource).onChange((event) => {
        for (const key of watch.keysOf(event, context)) add(key);
      }),
    ),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}

/** The controllers of an object before and after a change: one that was released matters to its old owner too. */
function ownersOf({ object, previous }: WatchEvent, { group, kind }: ResourceDefinition): ObjectKey[] {
  const owners = [object, previous].flatMap((version) => {
    const owner = version && controllerOf(version);
    const isMine = owner?.kind === kind && groupOf(owner.apiVersion) === group;
    return isMine ? [{ namespace: version?.metadata.namespace ?? "", name: owner.name }] : [];
  });
  const [first, second] = owners;
  return first && second?.name === first.name ? [first] : owners;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/", 1)[0] ?? "") : "";
}

function keyFrom(id: string): ObjectKey {
  const slash = id.indexOf("/");
  return { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}
