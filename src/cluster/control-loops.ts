import type { PodMetrics } from "../client/pod-metrics.ts";
import { startController } from "../controllers/controller.ts";
import { startGarbageCollector } from "../controllers/garbage-collector/garbage-collector.ts";
import { builtinControllers, type ControllerSettings } from "../controllers/index.ts";
import { Scheduler } from "../scheduler/scheduler.ts";
import { RealClock } from "../sim/real-clock.ts";
import { controlPlaneNode } from "./addresses.ts";
import type { ControlPlane } from "./control-plane.ts";
import type { World } from "./world.ts";

/** All that keeps looking at the cluster and acts: the controllers and the scheduler. */
export interface ControlLoops {
  readonly scheduler: Scheduler;
  stop(): void;
}

export interface ControlLoopOptions extends Pick<ControllerSettings, "trust" | "loadBalancers" | "certificates"> {
  readonly world: World;
  readonly plane: ControlPlane;
  /** What pods use. */
  readonly usage: PodMetrics;
}

/** How often leaders renew their leases: virtual time would stop at every one of them. */
const renewMs = 2000;
const virtualRenewMs = 10_000;
const apiServerRenewMs = 10_000;
const virtualApiServerRenewMs = 1_800_000;

export function startControlLoops({ world, plane, usage, ...settings }: ControlLoopOptions): ControlLoops {
  const { clock, random, log } = world;
  const { informers, events, registry } = plane;
  const shared = { informers, events, clock, log };
  const client = plane.clientFor("kube-controller-manager");
  const context = { ...shared, client, random: random.fork("controllers") };
  const resources: ControllerSettings["resources"] = () => registry.catalogue.list();
  const isReal = clock instanceof RealClock;
  const leaders = { host: controlPlaneNode, renewMs: isReal ? renewMs : virtualRenewMs };
  const apiServer = { host: controlPlaneNode, renewMs: isReal ? apiServerRenewMs : virtualApiServerRenewMs };
  const stops = builtinControllers({ ...settings, resources, leaders, apiServer, podMetrics: usage }).map(
    (controller) => startController(controller, context),
  );
  stops.push(startGarbageCollector(registry.catalogue, context));
  const scheduling = { client: plane.clientFor("kube-scheduler"), random: random.fork("scheduler") };
  const scheduler = new Scheduler({ ...shared, ...scheduling });
  return {
    scheduler,
    stop() {
      for (const stop of stops) stop();
      scheduler.stop();
    },
  };
}
