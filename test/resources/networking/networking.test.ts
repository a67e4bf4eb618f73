import { expect, test } from "vitest";

import type { ResourceDefinition } from "../../../src/resources/definition.ts";
import { ingressClasses } from "../../../src/resources/networking/ingress-class.ts";
import { ingresses } from "../../../src/resources/networking/ingress.ts";
import { networkPolicies } from "../../../src/resources/networking/network-policy.ts";
import { cells, defaulted, problems } from "../admitted.ts";

const backend = { service: { name: "web", port: { number: 80 } } };

test.each<[string, ResourceDefinition, object, readonly string[]]>([
  [
    "an Ingress serves something",
    ingresses,
    {},
    ["spec: Invalid value: []networking.IngressRule(nil): either `defaultBackend` or `rules` must be specified"],
  ],
  [
    "a backend is one thing with one port",
    ingresses,
    {
      defaultBackend: { service: { name: "web" } },
      rules: [{ http: { paths: [{ pathType: "Exact", path: "/", backend: {} }] } }],
    },
    [
      "spec.defaultBackend: Required value: port name or number is required",
      'spec.rules[0].http.paths[0].backend: Invalid value: "": resource or service backend is required',
    ],
  ],
  [
    "paths and hosts are well formed",
    ingresses,
    {
      rules: [
        { host: "1.2.3.4", http: { paths: [{ pathType: "Prefix", path: "a//b", backend }] } },
        { host: "a.*.com", http: { paths: [{ pathType: "Regex", backend }] } },
      ],
      tls: [{ hosts: ["*.example.com"], secretName: "Bad" }],
    },
    [
      'spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
      'spec.rules[0].http.paths[0].path: Invalid value: "a//b": must be an absolute path',
      "spec.rules[0].http.paths[0].path: Invalid value: \"a//b\": must not contain '//'",
      expect.stringContaining(
        'spec.rules[1].host: Invalid value: "a.*.com": a wildcard DNS-1123 subdomain must start with',
      ),
      'spec.rules[1].http.paths[0].pathType: Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"',
      expect.stringContaining('spec.tls[0].secretName: Invalid value: "Bad"'),
    ],
  ],
  [
    "a controller has a domain",
    ingressClasses,
    { controller: "nginx", parameters: { kind: "P", name: "p", scope: "Namespace" } },
    [
      'spec.controller: Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")',
      "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'",
    ],
  ],
  [
    "a peer is pods or addresses",
    networkPolicies,
    {
      podSelector: {},
      ingress: [
        { from: [{}, { podSelector: {}, ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16", "11.0.0.0/8"] } }] },
        { ports: [{ port: "http", endPort: 90 }, { port: 80, endPort: 70 }, { endPort: 1 }] },
      ],
    },
    [
      "spec.ingress[0].from[0]: Required value: must specify a peer",
      'spec.ingress[0].from[1].ipBlock.except[1]: Invalid value: "11.0.0.0/8": must be a strict subset of `cidr`',
      "spec.ingress[0].from[1]: Forbidden: may not specify both ipBlock and another peer",
      "spec.ingress[1].ports[0].endPort: Invalid value: 90: may not be specified when `port` is non-numeric",
      "spec.ingress[1].ports[1].endPort: Invalid value: 80: must be greater than or equal to `port`",
      "spec.ingress[1].ports[2].endPort: Invalid value: 1: may not be specified when `port` is not specified",
    ],
  ],
] as never)("%s", (_title, resource, spec, expected) => {
  expect(problems(resource, { spec })).toEqual(expected);
});

test("a policy is about what it mentions", () => {
  const typesOf = (spec: object): unknown =>
    defaulted(networkPolicies, { spec: { podSelector: {}, ...spec } }).spec.policyTypes;

  expect(typesOf({})).toEqual(["Ingress"]);
  expect(typesOf({ egress: [{ ports: [{ port: 53 }] }] })).toEqual(["Ingress", "Egress"]);
});

test("an Ingress shows its hosts and addresses", () => {
  const rules = ["a.io", "b.io", "c.io", "d.io"].map((host) => ({ host }));
  const ingress = {
    ...defaulted(ingresses, { spec: { rules, tls: [{}] } }),
    status: { loadBalancer: { ingress: [{ ip: "172.18.0.6" }] } },
  };

  expect(cells(ingresses, ingress, 0)).toMatchObject({
    Class: "<none>",
    Hosts: "a.io,b.io,c.io + 1 more...",
    Address: "172.18.0.6",
    Ports: "80, 443",
  });
  expect(cells(ingresses, defaulted(ingresses, {}), 0)).toMatchObject({ Hosts: "*", Address: "", Ports: "80" });
});
