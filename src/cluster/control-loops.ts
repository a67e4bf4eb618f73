import type { PodMetrics } from "../client/pod-metrics.ts";
import type { CertificateSigner } from "../controllers/certificates/certificate-signer.ts";
import { startController } from "../controllers/controller.ts";
import { startGarbageCollector } from "../controllers/garbage-collector/garbage-collector.ts";
import { builtinControllers, type ControllerSettings } from "../controllers/index.ts";
import { Scheduler } from "../scheduler/scheduler.ts";
import { RealClock } from "../sim/real-clock.ts";
import { controlPlaneNode } from "./addresses.ts";
import { approvalRight } from "./approval-right.ts";
import type { ControlPlane } from "./control-plane.ts";
import type { World } from "./world.ts";

/** All that keeps looking at the cluster and acts: the controllers and the scheduler. */
export interface ControlLoops {
  readonly scheduler: Scheduler;
  stop(): void;
}

export interface ControlLoopOptions extends Pick<ControllerSettings, "trust" | "loadBalancers"> {
  readonly world: World;
  readonly plane: ControlPlane;
  readonly signer: CertificateSigner;
  /** What pods use. */
  readonly usage: PodMetrics;
}

/** How often leaders renew their leases: virtual time would stop at every one of them. */
const renewMs = 2000;
const virtualRenewMs = 10_000;
const apiServerRenewMs = 10_000;
const virtualApiServerRenewMs = 1_800_000;

export function startControlLoops({ world, plane, usage, signer, ...settings }: ControlLoopOptions): ControlLoops {
  const { clock, random, log } = world;
  const { informers, events, registry } = plane;
  const shared = { informers, events, clock, log };
  const client = plane.clientFor("kube-controller-manager");
  const context = { ...shared, client, random: random.fork("controllers") };
  const resources: ControllerSettings["resources"] = () => registry.catalogue.list();
  const isReal = clock instanceof RealClock;
  const leases = {
    leaders: { host: controlPlaneNode, renewMs: isReal ? renewMs : virtualRenewMs },
    apiServer: { host: controlPlaneNode, renewMs: isReal ? apiServerRenewMs : virtualApiServerRenewMs },
  };
  const certificates = { signer, mayHave: approvalRight(plane.gate.authorizer) };
  const controllers = builtinControllers({ ...settings, ...leases, resources, podMetrics: usage, certificates });
  const stops = controllers.map((controller) => startController(controller, context));
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
