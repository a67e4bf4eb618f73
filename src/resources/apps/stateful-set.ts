import type { Mutable } from "../../api/object.ts";
import type { PersistentVolumeClaim, StatefulSet } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { dnsLabel } from "../names.ts";
import { defaultPodTemplate } from "../pod-template/default-pod-spec.ts";
import { containerColumns } from "../pod-template/template-columns.ts";
import { templateWarnings } from "../pod-template/warnings.ts";
import { collisionErrors, countErrors } from "./counts.ts";
import { specChangeErrors, statefulSpecErrors } from "./validate-stateful-set.ts";

/** https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/ */
export const statefulSets: ResourceDefinition<StatefulSet> = {
  group: "apps",
  version: "v1",
  kind: "StatefulSet",
  plural: "statefulsets",
  shortNames: ["sts"],
  categories: ["all"],
  namespaced: true,
  nameRule: dnsLabel,
  type: "io.k8s.api.apps.v1.StatefulSet",
  subresources: ["scale", "status"],
  tracksGeneration: true,
  columns: [
    name,
    { name: "Ready", value: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}` },
    age,
    ...containerColumns<StatefulSet>(({ spec }) => spec.template),
  ],

  default(set) {
    set.spec ??= {} as typeof set.spec;
    const { spec } = set;
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    spec.podManagementPolicy ||= "OrderedReady";
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ||= "RollingUpdate";
    if (spec.updateStrategy.type === "RollingUpdate") {
      spec.updateStrategy.rollingUpdate = { partition: 0, ...spec.updateStrategy.rollingUpdate };
    }
    const { whenDeleted, whenScaled } = spec.persistentVolumeClaimRetentionPolicy ?? {};
    spec.persistentVolumeClaimRetentionPolicy = {
      whenDeleted: whenDeleted || "Retain",
      whenScaled: whenScaled || "Retain",
    };
    for (const claim of spec.volumeClaimTemplates ?? []) defaultClaim(claim);
    spec.template ??= {};
    defaultPodTemplate(spec.template);
  },

  prepareForCreate(set) {
    set.status = { replicas: 0, availableReplicas: 0 };
  },

  validate(set, previous) {
    return previous
      ? [...statefulSpecErrors(set.spec), ...specChangeErrors(set.spec, previous.spec)]
      : statefulSpecErrors(set.spec);
  },

  validateStatus({ status }, previous) {
    const counts = ["replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"];
    return [
      ...countErrors(status, {
        fields: [...counts, "observedGeneration", "collisionCount"],
        atMost: [
          ["readyReplicas", "replicas", "status.replicas"],
          ["currentReplicas", "replicas", "status.replicas"],
          ["updatedReplicas", "replicas", "status.replicas"],
          ["availableReplicas", "replicas", "status.replicas"],
          ["availableReplicas", "readyReplicas", "readyReplicas"],
        ],
      }),
      ...collisionErrors(status?.collisionCount, previous.status?.collisionCount),
    ];
  },

  warnings({ spec }, previous) {
    const limit = spec.revisionHistoryLimit ?? 0;
    const why = "a negative value retains all historical revisions; a value >= 0 is recommended";
    return [
      ...templateWarnings("spec.template", spec.template, previous?.spec.template),
      ...(limit < 0 ? [`spec.revisionHistoryLimit: ${why}`] : []),
    ];
  },
};

/** Claims in here are whole objects, with the status of one that is not bound yet. */
function defaultClaim(claim: Mutable<PersistentVolumeClaim>): void {
  const { metadata } = claim;
  claim.apiVersion = "v1";
  claim.kind = "PersistentVolumeClaim";
  claim.metadata = { creationTimestamp: null, ...metadata } as unknown as typeof metadata;
  claim.spec ??= {};
  claim.spec.volumeMode ??= "Filesystem";
  claim.status = { phase: "Pending", ...claim.status };
}
