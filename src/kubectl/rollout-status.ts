import type { KubeObject } from "../api/object.ts";
import type { DaemonSet, Deployment, StatefulSet } from "../api/types.gen.ts";
import { KubectlError } from "./kubectl-error.ts";

export interface RolloutStatus {
  /** A whole line. */
  readonly text: string;
  readonly done: boolean;
}

/** How far a rollout has come, in kubectl's words. `revision` 0 stands for any. Throws KubectlError. */
export function rolloutStatus(object: KubeObject, revision: number): RolloutStatus {
  switch (object.kind) {
    case "Deployment":
      return deploymentStatus(object as Deployment, revision);
    case "DaemonSet":
      return daemonSetStatus(object as DaemonSet);
    case "StatefulSet":
      return statefulSetStatus(object as StatefulSet);
    default:
      throw new KubectlError(`no status viewer has been implemented for ${object.kind}`);
  }
}

const going = (text: string): RolloutStatus => ({ text: `${text}\n`, done: false });
const over = (text: string): RolloutStatus => ({ text: `${text}\n`, done: true });

function deploymentStatus({ metadata, spec, status }: Deployment, revision: number): RolloutStatus {
  const name = JSON.stringify(metadata.name);
  const own = Number(metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
  if (revision > 0 && own !== revision) {
    throw new KubectlError(`desired revision (${revision}) is different from the running revision (${own})`);
  }
  if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0)) {
    return going("Waiting for deployment spec update to be observed...");
  }
  const progressing = status?.conditions?.find(({ type }) => type === "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded") {
    throw new KubectlError(`deployment ${name} exceeded its progress deadline`);
  }
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
  const waiting = `Waiting for deployment ${name} rollout to finish:`;
  const wanted = spec?.replicas;
  if (wanted !== undefined && updatedReplicas < wanted) {
    return going(`${waiting} ${updatedReplicas} out of ${wanted} new replicas have been updated...`);
  }
  if (replicas > updatedReplicas) {
    return going(`${waiting} ${replicas - updatedReplicas} old replicas are pending termination...`);
  }
  if (availableReplicas < updatedReplicas) {
    return going(`${waiting} ${availableReplicas} of ${updatedReplicas} updated replicas are available...`);
  }
  return over(`deployment ${name} successfully rolled out`);
}

function daemonSetStatus({ metadata, spec, status }: DaemonSet): RolloutStatus {
  const name = JSON.stringify(metadata.name);
  if (spec?.updateStrategy?.type === "OnDelete") throw notRolling;
  if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0)) {
    return going("Waiting for daemon set spec update to be observed...");
  }
  const { updatedNumberScheduled = 0, desiredNumberScheduled = 0, numberAvailable = 0 } = status ?? {};
  const waiting = `Waiting for daemon set ${name} rollout to finish:`;
  if (updatedNumberScheduled < desiredNumberScheduled) {
    return going(`${waiting} ${updatedNumberScheduled} out of ${desiredNumberScheduled} new pods have been updated...`);
  }
  if (numberAvailable < desiredNumberScheduled) {
    return going(`${waiting} ${numberAvailable} of ${desiredNumberScheduled} updated pods are available...`);
  }
  return over(`daemon set ${name} successfully rolled out`);
}

const notRolling = new KubectlError("rollout status is only available for RollingUpdate strategy type");

function statefulSetStatus({ metadata, spec, status }: StatefulSet): RolloutStatus {
  if (spec?.updateStrategy?.type === "OnDelete") throw notRolling;
  if (!status?.observedGeneration || (metadata.generation ?? 0) > status.observedGeneration) {
    return going("Waiting for statefulset spec update to be observed...");
  }
  const { readyReplicas = 0, updatedReplicas = 0, currentReplicas = 0 } = status;
  const { replicas } = spec ?? {};
  if (replicas !== undefined && readyReplicas < replicas)
    return going(`Waiting for ${replicas - readyReplicas} pods to be ready...`);
  const rolling = spec?.updateStrategy?.rollingUpdate;
  const wanted = (replicas ?? 0) - (rolling?.partition ?? 0);
  if (rolling?.partition !== undefined && updatedReplicas < wanted) {
    return going(
      `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${wanted} new pods have been updated...`,
    );
  }
  if (rolling) {
    return over(`partitioned roll out complete: ${updatedReplicas} new pods have been updated...`);
  }
  if (status.updateRevision !== status.currentRevision) {
    return going(
      `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${status.updateRevision ?? ""}...`,
    );
  }
  return over(
    `statefulset rolling update complete ${currentReplicas} pods at revision ${status.currentRevision ?? ""}...`,
  );
}
