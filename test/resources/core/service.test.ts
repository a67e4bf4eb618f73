import { expect, test } from "vitest";

import { cloneTree } from "../../../src/api/object.ts";
import type { Service, ServiceSpec } from "../../../src/api/types.gen.ts";
import { services } from "../../../src/resources/core/service.ts";
import { cells, defaulted, lines, problems } from "../admitted.ts";

const port = { port: 80 };

test.each<[string, ServiceSpec, readonly string[]]>([
  ["a port is enough", { ports: [port] }, []],
  ["no port is too few", {}, ["spec.ports: Required value"]],
  ["a headless Service needs none", { clusterIP: "None" }, []],
  [
    "several ports need names, each its own",
    { ports: [{ ...port, name: "a" }, { port: 81 }, { port: 82, name: "a" }] },
    ["spec.ports[1].name: Required value", 'spec.ports[2].name: Duplicate value: "a"'],
  ],
  [
    "a port and protocol are given once",
    {
      ports: [
        { ...port, name: "a" },
        { ...port, name: "b" },
        { ...port, name: "c", protocol: "UDP" },
      ],
    },
    [
      'spec.ports[1]: Duplicate value: core.ServicePort{Name:"", Protocol:"TCP", AppProtocol:(*string)(nil), Port:80, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}',
    ],
  ],
  [
    "numbers of ports have a range",
    { ports: [{ port: 0, targetPort: 70_000 }] },
    [
      "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
      "spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
    ],
  ],
  [
    "a ClusterIP Service has no node ports",
    { ports: [{ ...port, nodePort: 30_000 }] },
    ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
  ],
  [
    "a node port is given once",
    {
      type: "NodePort",
      ports: [
        { name: "a", port: 80, nodePort: 30_000 },
        { name: "b", port: 81, nodePort: 30_000 },
      ],
    },
    ["spec.ports[1].nodePort: Duplicate value: 30000"],
  ],
  [
    "a NodePort Service is not headless",
    { type: "NodePort", clusterIP: "None", ports: [port] },
    ["spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"],
  ],
  ["an ExternalName has a name", { type: "ExternalName" }, ["spec.externalName: Required value"]],
  [
    "an ExternalName has no cluster IP",
    { type: "ExternalName", externalName: "example.com.", clusterIP: "10.96.0.7" },
    ["spec.clusterIPs: Forbidden: may not be set for ExternalName services"],
  ],
  [
    "a cluster IP is an address",
    { clusterIP: "300.0.0.1", ports: [port] },
    ['spec.clusterIPs[0]: Invalid value: "300.0.0.1": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
  ],
  [
    "both ways to say the cluster IP agree",
    { clusterIP: "10.96.0.7", clusterIPs: ["10.96.0.8"], ports: [port] },
    ['spec.clusterIPs: Invalid value: []string{"10.96.0.8"}: first value must match `clusterIP`'],
  ],
  [
    "a family is named once",
    { ipFamilies: ["IPv4", "IPv4"], ports: [port] },
    ['spec.ipFamilies[1]: Duplicate value: "IPv4"'],
  ],
  [
    "affinity lasts a day at most",
    { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_401 } }, ports: [port] },
    [
      "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400",
    ],
  ],
  [
    "external addresses are not the node's own",
    { externalIPs: ["127.0.0.1", "0.0.0.0"], ports: [port] },
    [
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      'spec.externalIPs[1]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)',
    ],
  ],
  [
    "some fields are a load balancer's",
    {
      allocateLoadBalancerNodePorts: false,
      loadBalancerClass: "a/b",
      loadBalancerSourceRanges: ["10.0.0.0/8"],
      ports: [port],
    },
    [
      "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
      "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
      "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ],
  ],
  [
    "traffic from outside needs a way in",
    { externalTrafficPolicy: "Local", healthCheckNodePort: 30_000, ports: [port] },
    [
      'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
      "spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
    ],
  ],
  [
    "words outside the lists are refused",
    { type: "Magic" as never, sessionAffinity: "Sticky" as never, trafficDistribution: "Near", ports: [port] },
    [
      'spec.sessionAffinity: Unsupported value: "Sticky": supported values: "ClientIP", "None"',
      'spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      'spec.trafficDistribution: Unsupported value: "Near": supported values: "PreferClose"',
    ],
  ],
])("%s", (_title, spec, expected) => {
  expect(problems(services, { spec })).toEqual(expected);
});

test("a Service says what it leaves open", () => {
  expect(defaulted(services, { spec: { type: "LoadBalancer", ports: [port] } }).spec).toEqual({
    type: "LoadBalancer",
    ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
    sessionAffinity: "None",
    externalTrafficPolicy: "Cluster",
    internalTrafficPolicy: "Cluster",
    allocateLoadBalancerNodePorts: true,
  });
});

const nodePortService = stored({
  type: "NodePort",
  clusterIP: "10.96.0.7",
  clusterIPs: ["10.96.0.7"],
  ipFamilies: ["IPv4"],
  ipFamilyPolicy: "SingleStack",
  ports: [{ name: "http", port: 80, nodePort: 30_080 }],
});

test("a manifest applied again keeps the addresses and node ports that were given", () => {
  const { spec } = updated(nodePortService, { type: "NodePort", ports: [{ name: "http", port: 8080 }] });

  expect(spec).toMatchObject({ clusterIP: "10.96.0.7", clusterIPs: ["10.96.0.7"], ipFamilies: ["IPv4"] });
  expect(spec.ports?.[0]).toMatchObject({ port: 8080, nodePort: 30_080 });
});

test("a Service that needs no node ports any more loses them", () => {
  const { spec } = updated(nodePortService, { ...nodePortService.spec, type: "ClusterIP" });

  expect(spec.ports?.[0]?.nodePort).toBeUndefined();
  expect(spec.externalTrafficPolicy).toBeUndefined();
});

test("a Service that becomes an ExternalName loses its address", () => {
  const { spec } = updated(nodePortService, { type: "ExternalName", externalName: "example.com" });

  expect(spec.clusterIP).toBeUndefined();
  expect(lines(services.validate?.(updated(nodePortService, spec), nodePortService) ?? [])).toEqual([]);
});

test("a cluster IP stays once it is given", () => {
  const change = (spec: ServiceSpec): string[] => {
    const after = updated(nodePortService, { ...nodePortService.spec, ...spec });
    return lines(services.validate?.(after, nodePortService) ?? []);
  };

  expect(change({ clusterIP: "10.96.0.8" })).toEqual([
    'spec.clusterIPs[0]: Invalid value: []string{"10.96.0.8"}: may not change once set',
  ]);
  expect(change({ clusterIP: "" })).toEqual([]);
});

test.each<[ServiceSpec, Service["status"], object]>([
  [{ ports: [port] }, {}, { Type: "ClusterIP", "External-IP": "<none>", "Port(s)": "80/TCP", Selector: "<none>" }],
  [
    {
      type: "NodePort",
      ports: [
        { ...port, nodePort: 30_000 },
        { port: 53, protocol: "UDP" },
      ],
      selector: { b: "2", a: "1" },
    },
    {},
    { "External-IP": "<none>", "Port(s)": "80:30000/TCP,53/UDP", Selector: "a=1,b=2" },
  ],
  [{ type: "LoadBalancer", ports: [port] }, {}, { "External-IP": "<pending>" }],
  [
    { type: "LoadBalancer", ports: [port], externalIPs: ["9.9.9.9"] },
    { loadBalancer: { ingress: [{ ip: "172.18.0.6" }, { hostname: "lb.example.com" }] } },
    { "External-IP": "172.18.0.6,lb.example.com,9.9.9.9" },
  ],
  [
    { type: "ExternalName", externalName: "example.com" },
    {},
    { "Cluster-IP": "<none>", "External-IP": "example.com", "Port(s)": "<none>" },
  ],
])("%j shows its cells", (spec, status, expected) => {
  expect(cells(services, { ...stored(spec), status: status ?? {} }, 0)).toMatchObject(expected);
});

function stored(spec: ServiceSpec): Service {
  return defaulted(services, { spec });
}

function updated(previous: Service, spec: ServiceSpec): Service {
  const service = cloneTree({ ...previous, spec });
  services.default?.(service);
  services.prepareForUpdate?.(service, previous);
  return service;
}

test("a load balancer reports addresses or names, and only of a Service that has one", () => {
  const report = (spec: ServiceSpec, ingress: object): string[] => {
    const service = { ...stored(spec), status: { loadBalancer: { ingress: [ingress] } } };
    return lines(services.validateStatus?.(service, service) ?? []);
  };

  expect(report({ ports: [port] }, { ip: "172.18.0.6" })).toEqual([
    "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'",
  ]);
  expect(report({ type: "LoadBalancer", ports: [port] }, { hostname: "1.2.3.4", ipMode: "VIP" })).toEqual([
    "status.loadBalancer.ingress[0].ipMode: Forbidden: may not be specified when `ip` is not set",
    'status.loadBalancer.ingress[0].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
  ]);
});
