import type { ReplicationController } from "../api/types.gen.ts";
import { replicationControllers } from "../resources/core/replication-controller.ts";
import type { Controller } from "./controller.ts";
import { replicationController } from "./pods/replication.ts";

/** Does for ReplicationControllers what is done for ReplicaSets. https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller/ */
export function replicationControllerController(): Controller<ReplicationController> {
  return replicationController<ReplicationController>({
    name: "replication-controller",
    resource: replicationControllers,
    selectorOf: ({ spec }) => ({ matchLabels: spec.selector ?? {} }),
  });
}
