import type { Mutable } from "../../api/object.ts";
import type { Pod, PodStatus } from "../../api/types.gen.ts";
import type { ResourceDefinition } from "../definition.ts";
import { hostnameWarnings } from "../pod-template/hostname-warnings.ts";
import { podWarnings } from "../pod-template/warnings.ts";
import { defaultPod } from "./pod/default-pod.ts";
import { resolveLabelKeys } from "./pod/label-keys.ts";
import { qosClassOf } from "./pod/qos-class.ts";
import { podColumns } from "./pod/status-columns.ts";
import { ephemeralUpdateErrors } from "./pod/validate-ephemeral-update.ts";
import { podStatusErrors } from "./pod/validate-pod-status.ts";
import { podUpdateErrors } from "./pod/validate-pod-update.ts";
import { newPodErrors } from "./pod/validate-pod.ts";

/** https://kubernetes.io/docs/concepts/workloads/pods/ */
export const pods: ResourceDefinition<Pod> = {
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  shortNames: ["po"],
  categories: ["all"],
  namespaced: true,
  type: "io.k8s.api.core.v1.Pod",
  subresources: [
    "attach",
    "binding",
    "ephemeralcontainers",
    "eviction",
    "exec",
    "log",
    "portforward",
    "proxy",
    "status",
  ],
  columns: podColumns,
  selectableFields: {
    "spec.nodeName": ({ spec }) => spec.nodeName ?? "",
    "spec.restartPolicy": ({ spec }) => spec.restartPolicy ?? "",
    "spec.schedulerName": ({ spec }) => spec.schedulerName ?? "",
    "spec.serviceAccountName": ({ spec }) => spec.serviceAccountName ?? "",
    "spec.hostNetwork": ({ spec }) => String(spec.hostNetwork ?? false),
    "status.phase": ({ status }) => status?.phase ?? "",
    "status.podIP": ({ status }) => status?.podIP ?? "",
    "status.podIPs": ({ status }) => (status?.podIPs ?? []).map(({ ip }) => ip).join(","),
    "status.nominatedNodeName": ({ status }) => status?.nominatedNodeName ?? "",
  },

  default: defaultPod,

  prepareForCreate(pod) {
    resolveLabelKeys(pod);
    pod.status = initialStatus(pod);
  },

  /** Kubelets that say nothing of its class do not change it. */
  prepareForStatus(pod, previous) {
    const { qosClass } = previous.status ?? {};
    if (qosClass !== undefined && !pod.status?.qosClass) pod.status = { ...pod.status, qosClass };
  },

  validate(pod, previous, subresource) {
    if (!previous) return newPodErrors(pod);
    if (subresource === "ephemeralcontainers") return ephemeralUpdateErrors(pod, previous);
    return podUpdateErrors(pod, previous);
  },

  validateStatus: podStatusErrors,

  warnings(pod, previous) {
    return previous ? [] : [...hostnameWarnings(pod), ...podWarnings("", pod.metadata, pod.spec)];
  },
};

/** A pod is pending until it has a node, and containers that run. */
function initialStatus(pod: Mutable<Pod>): Mutable<PodStatus> {
  const gated = (pod.spec.schedulingGates ?? []).length > 0;
  return { phase: "Pending", qosClass: qosClassOf(pod), ...(gated ? { conditions: [gatedCondition] } : {}) };
}

const gatedCondition = {
  type: "PodScheduled",
  status: "False",
  reason: "SchedulingGated",
  message: "Scheduling is blocked due to non-empty scheduling gates",
};
