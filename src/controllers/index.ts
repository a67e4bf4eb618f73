import type { PodMetrics } from "../client/pod-metrics.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import { type ApiServerLeaseOptions, apiServerLease } from "./api-server-lease.ts";
import { horizontalPodAutoscaler } from "./autoscaling/horizontal-pod-autoscaler.ts";
import { bootstrapSigner } from "./bootstrap/bootstrap-signer.ts";
import { tokenCleaner } from "./bootstrap/token-cleaner.ts";
import type { ApprovalRight, CertificateSigner } from "./certificates/certificate-signer.ts";
import { certificateApprover, certificateCleaner, certificateSigning } from "./certificates/certificate-signing.ts";
import { clusterRoleAggregationController } from "./cluster-role-aggregation.ts";
import { type ComponentLeaseOptions, componentLeases } from "./component-leases.ts";
import type { Controller } from "./controller.ts";
import { cronJobController } from "./cron-job/cron-job.ts";
import { daemonSetController } from "./daemon-set/daemon-set.ts";
import { deploymentController } from "./deployment/deployment.ts";
import { disruptionController } from "./disruption/pod-disruption-budget.ts";
import { staleDisruptionController } from "./disruption/stale-disruption.ts";
import { endpointSliceMirroringController } from "./endpoints/endpoint-slice-mirroring.ts";
import { endpointSliceController } from "./endpoints/endpoint-slice.ts";
import { endpointsController } from "./endpoints/endpoints.ts";
import { jobController, jobOrphanController } from "./job/job.ts";
import { type LoadBalancerAddresses, loadBalancerController } from "./load-balancer.ts";
import { namespaceController } from "./namespace.ts";
import { nodeLifecycleController } from "./nodes/node-lifecycle.ts";
import { nodeTtlController } from "./nodes/node-ttl.ts";
import { endedPodCollector, orphanedPodCollector } from "./nodes/pod-garbage-collector.ts";
import { taintEvictionController } from "./nodes/taint-eviction.ts";
import { replicaSetController } from "./replica-set.ts";
import { replicationControllerController } from "./replication-controller.ts";
import { resourceQuotaController } from "./resource-quota.ts";
import { type RootCa, rootCaPublisher } from "./root-ca-publisher.ts";
import { serviceAccountTokenController } from "./service-account-token.ts";
import { serviceAccountController } from "./service-account.ts";
import { statefulSetController } from "./stateful-set/stateful-set.ts";
import { ttlAfterFinishedController } from "./ttl-after-finished.ts";
import { claimBinder } from "./volumes/claim-binder.ts";
import { ephemeralVolumeController } from "./volumes/ephemeral-volumes.ts";
import { claimProtectionController, volumeProtectionController } from "./volumes/protection.ts";
import { volumeBinder } from "./volumes/volume-binder.ts";

/** What some controllers must be told of the cluster they run in. */
export interface ControllerSettings {
  resources(): readonly ResourceDefinition[];
  readonly trust: RootCa;
  /** None: LoadBalancer Services stay pending. */
  readonly loadBalancers?: LoadBalancerAddresses;
  /** None: as in a cluster without metrics-server, nothing is scaled by usage. */
  readonly podMetrics?: PodMetrics;
  /** None: certificate requests are neither approved nor signed. */
  readonly certificates?: { readonly signer: CertificateSigner; readonly mayHave: ApprovalRight };
  readonly leaders: ComponentLeaseOptions;
  readonly apiServer: ApiServerLeaseOptions;
}

/** Every control loop, in the order in which they start. */
export function builtinControllers(settings: ControllerSettings): readonly Controller[] {
  const { trust, loadBalancers, certificates } = settings;
  const resources = (): readonly ResourceDefinition[] => settings.resources();
  return [
    namespaceController(resources),
    serviceAccountController,
    serviceAccountTokenController(trust),
    rootCaPublisher(trust),
    bootstrapSigner,
    tokenCleaner,
    componentLeases(settings.leaders),
    apiServerLease(settings.apiServer),
    nodeLifecycleController(),
    nodeTtlController(),
    taintEvictionController(),
    orphanedPodCollector(),
    endedPodCollector(),
    replicationControllerController(),
    replicaSetController(),
    deploymentController,
    statefulSetController(),
    daemonSetController(),
    jobController(),
    jobOrphanController,
    cronJobController(),
    ttlAfterFinishedController,
    endpointsController(),
    endpointSliceController(),
    endpointSliceMirroringController,
    disruptionController(resources),
    staleDisruptionController,
    horizontalPodAutoscaler(settings),
    resourceQuotaController(resources),
    claimBinder,
    volumeBinder,
    claimProtectionController,
    volumeProtectionController,
    ephemeralVolumeController,
    clusterRoleAggregationController,
    certificateCleaner,
    ...(certificates ? certificateLoops(certificates) : []),
    ...(loadBalancers ? [loadBalancerController(loadBalancers)] : []),
  ];
}

function certificateLoops({ signer, mayHave }: NonNullable<ControllerSettings["certificates"]>): readonly Controller[] {
  return [certificateApprover(signer, mayHave), certificateSigning(signer)];
}
