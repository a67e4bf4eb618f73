import { expect, test } from "vitest";

import { mutatingWebhookConfigurations } from "../../src/resources/admissionregistration/mutating-webhook-configuration.ts";
import { validatingAdmissionPolicyBindings } from "../../src/resources/admissionregistration/validating-admission-policy-binding.ts";
import { validatingAdmissionPolicies } from "../../src/resources/admissionregistration/validating-admission-policy.ts";
import { customResourceDefinitions } from "../../src/resources/apiextensions/custom-resource-definition.ts";
import { apiServices } from "../../src/resources/apiregistration/api-service.ts";
import { certificateSigningRequests } from "../../src/resources/certificates/certificate-signing-request.ts";
import { leases } from "../../src/resources/coordination/lease.ts";
import type { ResourceDefinition } from "../../src/resources/definition.ts";
import { flowSchemas } from "../../src/resources/flowcontrol/flow-schema.ts";
import { priorityLevelConfigurations } from "../../src/resources/flowcontrol/priority-level-configuration.ts";
import { runtimeClasses } from "../../src/resources/node/runtime-class.ts";
import { podDisruptionBudgets } from "../../src/resources/policy/pod-disruption-budget.ts";
import { priorityClasses } from "../../src/resources/scheduling/priority-class.ts";
import { storageClasses } from "../../src/resources/storage/storage-class.ts";
import { volumeAttachments } from "../../src/resources/storage/volume-attachment.ts";
import { cells, defaulted, lines, problems } from "./admitted.ts";

const crd = {
  metadata: { name: "crontabs.stable.example.com" },
  spec: {
    group: "stable.example.com",
    scope: "Namespaced",
    names: { plural: "crontabs", kind: "CronTab" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
  },
};

test.each<[string, ResourceDefinition, object, readonly string[]]>([
  [
    "a budget sets one bound",
    podDisruptionBudgets,
    { spec: { minAvailable: "120%", maxUnavailable: -1 } },
    [
      expect.stringContaining("minAvailable and maxUnavailable cannot be both set"),
      'spec.minAvailable: Invalid value: "120%": must not be greater than 100%',
      "spec.maxUnavailable: Invalid value: -1: must be greater than or equal to 0",
    ],
  ],
  [
    "high priorities are the system's",
    priorityClasses,
    { value: 1_000_000_001, preemptionPolicy: "Maybe" },
    [
      "value: Forbidden: maximum allowed value of a user defined priority is 1000000000",
      'preemptionPolicy: Unsupported value: "Maybe": supported values: "PreemptLowerPriority", "Never"',
    ],
  ],
  [
    "names of system priorities are reserved",
    priorityClasses,
    { metadata: { name: "system-mine" }, value: 1 },
    ["metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only"],
  ],
  [
    "a lease lasts",
    leases,
    { spec: { leaseDurationSeconds: 0, leaseTransitions: -1 } },
    [
      "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
      "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
    ],
  ],
  ["a runtime class has a handler", runtimeClasses, {}, ["handler: Required value"]],
  [
    "a storage class has a provisioner",
    storageClasses,
    { reclaimPolicy: "Recycle" },
    [
      "provisioner: Required value",
      'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"',
    ],
  ],
  [
    "an attachment has a source",
    volumeAttachments,
    { spec: { attacher: "a.io/b", nodeName: "n1" } },
    ["spec.source: Required value: must specify one of inlineVolumeSpec and persistentVolumeName"],
  ],
  [
    "a request for a certificate says what for",
    certificateSigningRequests,
    { spec: { request: "eA==", signerName: "own", usages: ["client auth", "client auth"], expirationSeconds: 60 } },
    [
      'spec.request: Invalid value: "eA==": PEM block type must be CERTIFICATE REQUEST',
      'spec.usages[1]: Duplicate value: "client auth"',
      "spec.signerName: Invalid value: \"own\": must be a fully qualified domain and path of the form 'example.com/signer-name'",
      "spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 600 seconds (10 minutes)",
    ],
  ],
  [
    "a webhook has a name, a client and versions",
    mutatingWebhookConfigurations,
    { webhooks: [{ name: "a.b", clientConfig: {}, timeoutSeconds: 31 }] },
    [
      'webhooks[0].name: Invalid value: "a.b": should be a domain with at least three segments separated by dots',
      "webhooks[0].sideEffects: Required value",
      "webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds",
      "webhooks[0].clientConfig: Required value: exactly one of url or service is required",
      "webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1",
    ],
  ],
  [
    "a policy matches and checks something",
    validatingAdmissionPolicies,
    { spec: { matchConstraints: {} } },
    [
      "spec.matchConstraints.resourceRules: Required value",
      "spec.validations: Required value: validations or auditAnnotations must be specified",
      "spec.auditAnnotations: Required value: validations or auditAnnotations must be specified",
    ],
  ],
  [
    "a policy's binding does not say the same thing twice",
    validatingAdmissionPolicyBindings,
    { spec: { policyName: "p", validationActions: ["Deny", "Warn"] } },
    [
      'spec.validationActions: Invalid value: []string{"Deny", "Warn"}: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
    ],
  ],
  ["a definition of a kind is well formed", customResourceDefinitions, crd, []],
  [
    "a definition is named after what it defines",
    customResourceDefinitions,
    {
      ...crd,
      metadata: { name: "x" },
      spec: { ...crd.spec, scope: "Everywhere", versions: [{ name: "v1", served: true }] },
    },
    [
      'metadata.name: Invalid value: "x": must be spec.names.plural+"."+spec.group',
      'spec.scope: Unsupported value: "Everywhere": supported values: "Cluster", "Namespaced"',
      "spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required",
      'spec.versions: Invalid value: []string{"v1"}: must have exactly one version marked as storage version',
    ],
  ],
  [
    "an APIService is named after its version",
    apiServices,
    { metadata: { name: "x" }, spec: { group: "a.io", version: "v1", groupPriorityMinimum: 0, versionPriority: 15 } },
    [
      'metadata.name: Invalid value: "x": must be `spec.version+"."+spec.group`: "v1.a.io"',
      "spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000",
    ],
  ],
  [
    "a priority level is of one type",
    priorityLevelConfigurations,
    { spec: { type: "Limited" } },
    ["spec.limited: Required value: must not be empty when type is Limited"],
  ],
  [
    "a flow schema names its level",
    flowSchemas,
    { spec: { matchingPrecedence: 10_001, priorityLevelConfiguration: { name: "" } } },
    [
      "spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000",
      "spec.priorityLevelConfiguration.name: Required value: must reference a priority level",
    ],
  ],
] as never)("%s", (_title, resource, fields, expected) => {
  expect(problems(resource, fields)).toEqual(expected);
});

test("a storage class keeps what its volumes were made with", () => {
  const before = defaulted(storageClasses, { provisioner: "a.io/b", parameters: { type: "ssd" } });
  const after = { ...before, parameters: { type: "hdd" }, volumeBindingMode: "WaitForFirstConsumer" as const };

  expect(lines(storageClasses.validate?.(after, before) ?? [])).toEqual([
    "parameters: Forbidden: updates to parameters are forbidden.",
    'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
  ]);
});

test("a kind's names are derived from the one given", () => {
  const { spec, status } = defaulted(customResourceDefinitions, crd);

  expect(spec.names).toMatchObject({ singular: "crontab", listKind: "CronTabList" });
  expect(spec.conversion).toEqual({ strategy: "None" });
  expect(status?.storedVersions).toEqual(["v1"]);
});

test.each<[string, ResourceDefinition, object, object]>([
  [
    "the default storage class",
    storageClasses,
    {
      metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "a.io/b",
    },
    {
      Name: "standard (default)",
      ReclaimPolicy: "Delete",
      VolumeBindingMode: "Immediate",
      AllowVolumeExpansion: false,
    },
  ],
  [
    "a budget",
    podDisruptionBudgets,
    { spec: { minAvailable: "50%" } },
    { "Min Available": "50%", "Max Unavailable": "N/A", "Allowed Disruptions": 0 },
  ],
  [
    "a request for a certificate",
    certificateSigningRequests,
    {
      spec: { request: "", signerName: "a.io/b", username: "ann", expirationSeconds: 3600 },
      status: { conditions: [{ type: "Approved", status: "True" }], certificate: "eA==" },
    },
    { SignerName: "a.io/b", Requestor: "ann", RequestedDuration: "60m", Condition: "Approved,Issued" },
  ],
  ["a local APIService", apiServices, {}, { Service: "Local", Available: "True" }],
  ["a flow schema", flowSchemas, {}, { MatchingPrecedence: 1000, DistinguisherMethod: "<none>", MissingPL: "?" }],
  [
    "a priority level",
    priorityLevelConfigurations,
    { spec: { type: "Limited", limited: { limitResponse: { type: "Queue", queuing: {} } } } },
    { NominalConcurrencyShares: 30, Queues: 64, HandSize: 8, QueueLengthLimit: 50 },
  ],
] as never)("%s shows its cells", (_title, resource, fields: object, expected) => {
  const status = "status" in fields ? { status: fields.status } : {};

  expect(cells(resource, { ...defaulted(resource, fields), ...status }, 0)).toMatchObject(expected);
});
