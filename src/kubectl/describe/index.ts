import { clusterRole, clusterRoleBinding, role, roleBinding } from "./access.ts";
import { certificateSigningRequest } from "./certificate.ts";
import { configMap, secret, serviceAccount } from "./configuration.ts";
import { deployment } from "./deployment.ts";
import type { Describer } from "./describer.ts";
import { endpoints, endpointSlice } from "./endpoints.ts";
import { ingress } from "./ingress.ts";
import { cronJob, job } from "./job.ts";
import { limitRange, namespace, resourceQuota } from "./namespace.ts";
import { networkPolicy } from "./network-policy.ts";
import { node } from "./node.ts";
import { pod } from "./pod.ts";
import { horizontalPodAutoscaler, podDisruptionBudget, priorityClass } from "./policy.ts";
import { service } from "./service.ts";
import { persistentVolume, persistentVolumeClaim, storageClass } from "./storage.ts";
import { daemonSet, replicaSet, replicationController, statefulSet } from "./workloads.ts";

/** Every kind that `describe` has words of its own for. */
export const describers: readonly Describer[] = [
  pod,
  replicationController,
  replicaSet,
  deployment,
  daemonSet,
  statefulSet,
  job,
  cronJob,
  service,
  endpoints,
  endpointSlice,
  ingress,
  networkPolicy,
  configMap,
  secret,
  serviceAccount,
  node,
  namespace,
  resourceQuota,
  limitRange,
  persistentVolume,
  persistentVolumeClaim,
  storageClass,
  horizontalPodAutoscaler,
  podDisruptionBudget,
  priorityClass,
  role,
  clusterRole,
  roleBinding,
  clusterRoleBinding,
  certificateSigningRequest,
];
