import { describe, expect, test } from "vitest";

import type { HTTPIngressPath, Ingress } from "../../src/api/types.gen.ts";
import { locationFor, rewritten, virtualHostFor, virtualHosts } from "../../src/ingress/routes.ts";

type PathType = HTTPIngressPath["pathType"];

function ingress(
  name: string,
  rules: readonly (readonly [host: string, path: string, type: PathType, service: string])[],
  more: { spec?: Partial<Ingress["spec"]>; annotations?: Record<string, string> } = {},
): Ingress {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name,
      namespace: "default",
      creationTimestamp: `2025-01-01T00:00:0${name.length}Z`,
      annotations: more.annotations ?? {},
    },
    spec: {
      rules: rules.map(([host, path, pathType, service]) => ({
        ...(host ? { host } : {}),
        http: { paths: [{ path, pathType, backend: { service: { name: service, port: { number: 80 } } } }] },
      })),
      ...more.spec,
    },
  };
}

/** The Service for a URL; undefined: 404. */
function serviceFor(ingresses: readonly Ingress[], url: string): string | undefined {
  const [, host = "", path = "/"] = /^([^/]*)(\/.*)?$/u.exec(url) ?? [];
  const found = virtualHostFor(virtualHosts(ingresses), host);
  return found && (locationFor(found, path)?.upstream ?? found.fallback)?.service;
}

describe("a path", () => {
  test.each<[PathType, string, string, boolean]>([
    ["Prefix", "/", "/any/thing", true],
    ["Exact", "/foo", "/foo", true],
    ["Exact", "/foo", "/foo/", false],
    ["Exact", "/foo/", "/foo", false],
    ["Prefix", "/foo", "/foo", true],
    ["Prefix", "/foo", "/foo/", true],
    ["Prefix", "/foo/", "/foo", true],
    ["Prefix", "/aaa/bb", "/aaa/bbb", false],
    ["Prefix", "/aaa/bbb", "/aaa/bbb/ccc", true],
    ["Prefix", "/aaa/bbb", "/AAA/bbb", false],
    ["ImplementationSpecific", "/aaa/bb", "/aaa/bbb", true],
  ])("%s %s and a request for %s: %s", (type, path, asked, expected) => {
    expect(serviceFor([ingress("a", [["", path, type, "web"]])], asked)).toBe(expected ? "web" : undefined);
  });

  test("is taken by the longest rule, by an exact one before all", () => {
    const all = [
      ingress("a", [
        ["", "/", "Prefix", "root"],
        ["", "/shop", "Prefix", "shop"],
        ["", "/shop/cart", "Prefix", "cart"],
        ["", "/shop", "Exact", "front"],
      ]),
    ];
    expect(["/", "/shop", "/shop/", "/shop/cart/1"].map((path) => serviceFor(all, path))).toEqual([
      "root",
      "front",
      "shop",
      "cart",
    ]);
  });
});

describe("a host", () => {
  const all = [
    ingress("a", [
      ["shop.example", "/", "Prefix", "shop"],
      ["*.shop.example", "/", "Prefix", "any"],
      ["", "/", "Prefix", "rest"],
    ]),
    ingress("bb", [
      ["shop.example", "/", "Prefix", "late"],
      ["api.example", "/v1", "Prefix", "api"],
    ]),
  ];

  test.each([
    ["shop.example", "shop"],
    ["SHOP.example:8080", "shop"],
    ["eu.shop.example", "any"],
    ["a.eu.shop.example", "rest"],
    ["other.example", "rest"],
    ["api.example/v1/x", "api"],
    ["api.example/v2", undefined],
  ])("%s leads to %s", (url, expected) => {
    expect(serviceFor(all, url)).toBe(expected);
  });
});

test("a default backend takes what no rule takes", () => {
  const backend = { service: { name: "fallback", port: { number: 80 } } };
  const catchAll = ingress("a", [], { spec: { rules: [], defaultBackend: backend } });
  expect(serviceFor([catchAll], "any.example/x")).toBe("fallback");
  const own = ingress("a", [["shop.example", "/cart", "Prefix", "cart"]], { spec: { defaultBackend: backend } });
  const withRules = {
    ...own,
    spec: { ...own.spec, rules: ingress("a", [["shop.example", "/cart", "Prefix", "cart"]]).spec.rules ?? [] },
  };
  expect(serviceFor([withRules], "shop.example/other")).toBe("fallback");
  expect(serviceFor([withRules], "other.example/")).toBeUndefined();
});

test("rewrite-target makes paths patterns, and puts their groups into the path", () => {
  const one = ingress("a", [["", "/api(/|$)(.*)", "ImplementationSpecific", "api"]], {
    annotations: { "nginx.ingress.kubernetes.io/rewrite-target": "/$2" },
  });
  const host = virtualHostFor(virtualHosts([one]), "");
  const location = host && locationFor(host, "/API/users/7");
  expect(location?.upstream.service).toBe("api");
  expect(location && rewritten(location, "/api/users/7")).toBe("/users/7");
  expect(location && rewritten(location, "/api")).toBe("/");
});
