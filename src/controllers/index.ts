import type { ResourceDefinition } from "../resources/definition.ts";
import type { Controller } from "./controller.ts";
import { deploymentController } from "./deployment/deployment.ts";
import { endpointSliceController } from "./endpoints/endpoint-slice.ts";
import { endpointsController } from "./endpoints/endpoints.ts";
import { type LoadBalancerAddresses, loadBalancerController } from "./load-balancer.ts";
import { namespaceController } from "./namespace.ts";
import { replicaSetController } from "./replica-set.ts";
import { type RootCa, rootCaPublisher } from "./root-ca-publisher.ts";
import { serviceAccountController } from "./service-account.ts";

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
    replicaSetController,
    deploymentController,
    endpointsController,
    endpointSliceController,
    ...(loadBalancers ? [loadBalancerController(loadBalancers)] : []),
  ] as unknown as readonly Controller[];
}
