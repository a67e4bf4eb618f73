import type { ResourceDefinition } from "../resources/definition.ts";
import type { Controller } from "./controller.ts";
import { cronJobController } from "./cron-job/cron-job.ts";
import { daemonSetController } from "./daemon-set/daemon-set.ts";
import { deploymentController } from "./deployment/deployment.ts";
import { endpointSliceController } from "./endpoints/endpoint-slice.ts";
import { endpointsController } from "./endpoints/endpoints.ts";
import { jobController, jobOrphanController } from "./job/job.ts";
import { type LoadBalancerAddresses, loadBalancerController } from "./load-balancer.ts";
import { namespaceController } from "./namespace.ts";
import { replicaSetController } from "./replica-set.ts";
import { replicationControllerController } from "./replication-controller.ts";
import { type RootCa, rootCaPublisher } from "./root-ca-publisher.ts";
import { serviceAccountController } from "./service-account.ts";
import { statefulSetController } from "./stateful-set/stateful-set.ts";

/** What some controllers must be told of the cluster they run in. */
export interface ControllerSettings {
  resources(): readonly ResourceDefinition[];
  readonly trust: RootCa;
  /** None: LoadBalancer Services stay pending. */
  readonly loadBalancers?: LoadBalancerAddresses;
}

/** Every control loop, in the order in which they start. */
export function builtinControllers({ resources, trust, loadBalancers }: ControllerSettings): readonly Controller[] {
  return [
    namespaceController(resources),
    serviceAccountController,
    rootCaPublisher(trust),
    replicationControllerController,
    replicaSetController,
    deploymentController,
    statefulSetController,
    daemonSetController(),
    jobController(),
    jobOrphanController,
    cronJobController(),
    endpointsController,
    endpointSliceController,
    ...(loadBalancers ? [loadBalancerController(loadBalancers)] : []),
  ] as unknown as readonly Controller[];
}
