import type { ResourceDefinition } from "../resources/definition.ts";
import type { Controller } from "./controller.ts";
import { endpointSliceController } from "./endpoints/endpoint-slice.ts";
import { endpointsController } from "./endpoints/endpoints.ts";
import { namespaceController } from "./namespace.ts";
import { replicaSetController } from "./replica-set.ts";
import { rootCaPublisher } from "./root-ca-publisher.ts";
import { serviceAccountController } from "./service-account.ts";

/** What some controllers must be told of the cluster they run in. */
export interface ControllerSettings {
  resources(): readonly ResourceDefinition[];
  readonly caPem: string;
}

/** Every control loop, in the order in which they start. */
export function builtinControllers({ resources, caPem }: ControllerSettings): readonly Controller[] {
  return [
    namespaceController(resources),
    serviceAccountController,
    rootCaPublisher(caPem),
    replicaSetController,
    endpointsController,
    endpointSliceController,
  ] as unknown as readonly Controller[];
}
