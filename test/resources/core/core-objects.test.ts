import { expect, test } from "vitest";

import { cloneTree, type Mutable } from "../../../src/api/object.ts";
import type { ConfigMap, Namespace, NodeSpec } from "../../../src/api/types.gen.ts";
import { configMaps } from "../../../src/resources/core/config-map.ts";
import { endpoints } from "../../../src/resources/core/endpoints.ts";
import { limitRanges } from "../../../src/resources/core/limit-range.ts";
import { namespaces } from "../../../src/resources/core/namespace.ts";
import { nodes } from "../../../src/resources/core/node.ts";
import { persistentVolumeClaims } from "../../../src/resources/core/persistent-volume-claim.ts";
import { persistentVolumes } from "../../../src/resources/core/persistent-volume.ts";
import { resourceQuotas } from "../../../src/resources/core/resource-quota.ts";
import { secrets } from "../../../src/resources/core/secret.ts";
import type { ResourceDefinition } from "../../../src/resources/definition.ts";
import { endpointSlices } from "../../../src/resources/discovery/endpoint-slice.ts";
import { cells, defaulted, lines, problems } from "../admitted.ts";

test("a namespace is labelled with its name and held until it is emptied", () => {
  const namespace = defaulted(namespaces, {});
  expect(namespace).toMatchObject({
    metadata: { labels: { "kubernetes.io/metadata.name": "web" } },
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  });
  expect(namespaces.isHeldBack?.(namespace)).toBe(true);
  const replaced = cloneTree({ ...namespace, spec: {} });
  namespaces.prepareForUpdate?.(replaced, namespace);
  expect(namespaces.isHeldBack?.(replaced)).toBe(true);
  const finalized = cloneTree({ ...namespace, spec: { finalizers: [] } }) as Mutable<Namespace>;
  namespaces.prepareForUpdate?.(finalized, namespace, "finalize");
  expect(namespaces.isHeldBack?.(finalized)).toBe(false);
});

test("who changes the Corefile is told that nobody reads it", () => {
  const corefile = (name: string, text: string): ConfigMap => ({
    ...defaulted(configMaps, { data: { Corefile: text } }),
    metadata: { namespace: "kube-system", name },
  });
  const was = corefile("coredns", ".:53 {}");
  const warning = 'ConfigMap "coredns": the simulated coredns does not read it and goes on as it was started';
  expect(configMaps.warnings?.(corefile("coredns", "example.org {}"), was)).toEqual([warning]);
  expect(configMaps.warnings?.(was, was)).toEqual([]);
  expect(configMaps.warnings?.(corefile("other", "example.org {}"), corefile("other", ""))).toEqual([]);
});

test("what is frozen in a ConfigMap or Secret stays frozen", () => {
  const map = { ...defaulted(configMaps, { data: { a: "1" } }), immutable: true };
  const secret = { ...defaulted(secrets, { stringData: { a: "1" } }), immutable: true };
  const { immutable: _, ...thawed } = map;

  expect(lines(configMaps.validate?.({ ...thawed, data: { a: "2" } }, map) ?? [])).toEqual([
    "immutable: Forbidden: field is immutable when `immutable` is set",
    "data: Forbidden: field is immutable when `immutable` is set",
  ]);
  expect(lines(secrets.validate?.({ ...secret, type: "example.com/own", data: {} }, secret) ?? [])).toEqual([
    'type: Invalid value: "example.com/own": field is immutable',
    "data: Forbidden: field is immutable when `immutable` is set",
  ]);
});

test("stringData is written into data", () => {
  const { data, stringData, type } = defaulted(secrets, { data: { a: "QQ==", b: "Qg==" }, stringData: { b: "é" } });
  expect({ data, stringData, type }).toEqual({ data: { a: "QQ==", b: "w6k=" }, stringData: undefined, type: "Opaque" });
});

test.each<[string, ResourceDefinition, object, readonly string[]]>([
  [
    "a key of a ConfigMap is a file's name, in one of its two parts",
    configMaps,
    { data: { "..": "x", a: "x" }, binaryData: { a: "eA==" } },
    [
      "data[..]: Invalid value: \"..\": must not be '..'",
      'data[a]: Invalid value: "a": duplicate of key present in binaryData',
    ],
  ],
  [
    "a ConfigMap holds a mebibyte",
    configMaps,
    { data: { a: "x".repeat(1_048_577) } },
    [": Too long: may not be more than 1048576 bytes"],
  ],
  [
    "a TLS Secret has both halves",
    secrets,
    { type: "kubernetes.io/tls" },
    ["data[tls.crt]: Required value", "data[tls.key]: Required value"],
  ],
  [
    "registry credentials are JSON",
    secrets,
    { type: "kubernetes.io/dockerconfigjson", stringData: { ".dockerconfigjson": "hello" } },
    [
      "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": invalid character 'h' looking for beginning of value",
    ],
  ],
  [
    "a token Secret names its account",
    secrets,
    { type: "kubernetes.io/service-account-token" },
    ["metadata.annotations[kubernetes.io/service-account.name]: Required value"],
  ],
  [
    "taints are unique and known",
    nodes,
    {
      spec: {
        taints: [
          { key: "a", effect: "NoSchedule" },
          { key: "a", effect: "NoSchedule" },
          { key: "b", effect: "Never" },
        ],
      },
    },
    [
      'spec.taints[1]: Duplicate value: core.Taint{Key:"a", Value:"", Effect:"NoSchedule", TimeAdded:<nil>}: taints must be unique by key and effect pair',
      'spec.taints[2].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
  ],
  [
    "an endpoint can be reached from elsewhere",
    endpoints,
    { subsets: [{}, { addresses: [{ ip: "127.0.0.1" }], ports: [{ port: 80 }, { port: 0, name: "b" }] }] },
    [
      "subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`",
      'subsets[1].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      "subsets[1].ports[0].name: Required value",
      "subsets[1].ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive",
    ],
  ],
  [
    "the endpoints of a slice are of its address type",
    endpointSlices,
    { addressType: "IPv4", endpoints: [{ addresses: [] }, { addresses: ["::1"] }], ports: [{}, {}] },
    [
      "endpoints[0].addresses: Required value: must contain at least 1 address",
      'endpoints[1].addresses[0]: Invalid value: "::1": must be a valid IPv4 address',
      'ports[1].name: Duplicate value: ""',
    ],
  ],
  [
    "a volume is made of one thing",
    persistentVolumes,
    {
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        hostPath: { path: "/a" },
        nfs: { server: "a", path: "/" },
      },
    },
    ["spec.nfs: Forbidden: may not specify more than 1 volume type"],
  ],
  [
    "a volume has a size and modes",
    persistentVolumes,
    { spec: { hostPath: { path: "/a" } } },
    ["spec.accessModes: Required value", "spec.capacity: Required value"],
  ],
  [
    "a claim asks for something",
    persistentVolumeClaims,
    { spec: {} },
    ["spec.accessModes: Required value: at least 1 access mode is required", "spec.resources[storage]: Required value"],
  ],
  [
    "a quota counts what is known",
    resourceQuotas,
    { spec: { hard: { pods: "-1", gadgets: "1" }, scopes: ["Terminating", "NotTerminating"] } },
    [
      'spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0',
      'spec.hard[gadgets]: Invalid value: "gadgets": must be a standard resource for quota',
      'spec.scopes: Invalid value: []string{"Terminating", "NotTerminating"}: conflicting scopes',
    ],
  ],
  [
    "limits are in order",
    limitRanges,
    { spec: { limits: [{ type: "Pod", min: { cpu: "2" }, max: { cpu: "1" }, default: { cpu: "1" } }] } },
    [
      "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
      'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
      'spec.limits[0].default[cpu]: Invalid value: "1": min value 2 is greater than default value 1',
    ],
  ],
] as never)("%s", (_title, resource, fields, expected) => {
  expect(problems(resource, fields)).toEqual(expected);
});

test("a node's own fields change once", () => {
  const before = defaulted(nodes, { spec: { podCIDR: "10.244.0.0/24", providerID: "kind://a" } });
  const change = (spec: NodeSpec): string[] => {
    const after = cloneTree({ ...before, spec });
    nodes.default?.(after);
    return lines(nodes.validate?.(after, before) ?? []);
  };

  expect(change({ ...before.spec, unschedulable: true })).toEqual([]);
  expect(change({ podCIDR: "10.9.0.0/24", providerID: "kind://b" })).toEqual([
    'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
    'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
  ]);
});

test("a bound claim may grow but not change", () => {
  const spec = {
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: "2Gi" } },
    volumeName: "pv-1",
    storageClassName: "standard",
  };
  const claim = defaulted(persistentVolumeClaims, { spec });
  const bound = { ...claim, status: { phase: "Bound", capacity: { storage: "2Gi" } } } as typeof claim;
  const change = (fields: object): string[] =>
    lines(persistentVolumeClaims.validate?.({ ...bound, spec: { ...bound.spec, ...fields } }, bound) ?? []);

  expect(change({ resources: { requests: { storage: "3Gi" } } })).toEqual([]);
  expect(change({ resources: { requests: { storage: "1Gi" } } })).toEqual([
    "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity",
  ]);
  expect(change({ storageClassName: "fast" })).toEqual([
    "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
  ]);
});

const addresses = ["10.1.0.1", "10.1.0.2", "10.1.0.3", "10.1.0.4"];

test.each<[string, ResourceDefinition, object, object]>([
  [
    "a node",
    nodes,
    {
      metadata: { name: "n1", labels: { "node-role.kubernetes.io/control-plane": "", "kubernetes.io/role": "edge" } },
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: "Ready", status: "True" }],
        addresses: [{ type: "InternalIP", address: "172.18.0.2" }],
        nodeInfo: { kubeletVersion: "v1.32.0", osImage: "Debian" },
      },
    },
    {
      Status: "Ready,SchedulingDisabled",
      Roles: "control-plane,edge",
      Version: "v1.32.0",
      "Internal-IP": "172.18.0.2",
      "External-IP": "<none>",
      "OS-Image": "Debian",
      "Kernel-Version": "<unknown>",
    },
  ],
  ["a silent node", nodes, {}, { Status: "Unknown", Roles: "<none>" }],
  ["empty Endpoints", endpoints, {}, { Endpoints: "<none>" }],
  [
    "Endpoints",
    endpoints,
    { subsets: [{ addresses: addresses.map((ip) => ({ ip })), ports: [{ port: 80 }] }] },
    { Endpoints: "10.1.0.1:80,10.1.0.2:80,10.1.0.3:80 + 1 more..." },
  ],
  [
    "an EndpointSlice",
    endpointSlices,
    {
      addressType: "IPv4",
      endpoints: addresses.map((ip) => ({ addresses: [ip] })),
      ports: [{ port: 80 }, { name: "any" }],
    },
    { AddressType: "IPv4", Ports: "80,any", Endpoints: "10.1.0.1,10.1.0.2,10.1.0.3 + 1 more..." },
  ],
  ["an empty EndpointSlice", endpointSlices, { addressType: "IPv4" }, { Ports: "<unset>", Endpoints: "<unset>" }],
  ["a ConfigMap", configMaps, { data: { a: "1" }, binaryData: { b: "" } }, { Data: 2 }],
  ["a Secret", secrets, { stringData: { a: "1" } }, { Type: "Opaque", Data: 1 }],
  [
    "a volume",
    persistentVolumes,
    {
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteMany", "ReadWriteOnce"],
        claimRef: { namespace: "default", name: "data" },
        storageClassName: "standard",
      },
    },
    {
      Capacity: "1Gi",
      "Access Modes": "RWO,RWX",
      "Reclaim Policy": "Retain",
      Status: "Pending",
      Claim: "default/data",
      StorageClass: "standard",
      VolumeAttributesClass: "<unset>",
      VolumeMode: "Filesystem",
    },
  ],
  ["an unbound claim", persistentVolumeClaims, {}, { Status: "Pending", Volume: "", Capacity: "", "Access Modes": "" }],
] as never)("%s shows its cells", (_title, resource, fields, expected) => {
  expect(cells(resource, { ...defaulted(resource, fields), ...statusIn(fields) }, 0)).toMatchObject(expected);
});

test("a quota shows what is used of what", () => {
  const status = {
    hard: { pods: "4", "limits.cpu": "2", "requests.cpu": "1" },
    used: { pods: "1", "limits.cpu": "500m" },
  };
  expect(cells(resourceQuotas, { ...defaulted(resourceQuotas, {}), status }, 0)).toMatchObject({
    Request: "pods: 1/4, requests.cpu: 0/1",
    Limit: "limits.cpu: 500m/2",
  });
});

test("a container's default limit is its maximum, and its default request its default limit", () => {
  const { spec } = defaulted(limitRanges, {
    spec: { limits: [{ type: "Container", max: { cpu: "1" }, min: { memory: "1Mi" } }] },
  });
  expect(spec.limits[0]).toMatchObject({ default: { cpu: "1" }, defaultRequest: { cpu: "1", memory: "1Mi" } });
});

function statusIn(fields: object): object {
  return "status" in fields ? { status: fields.status } : {};
}
