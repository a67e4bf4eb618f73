import { describe, expect, test } from "vitest";

import { cloneTree } from "../../../src/api/object.ts";
import type { Service, ServiceSpec } from "../../../src/api/types.gen.ts";
import { settleFamilies } from "../../../src/apiserver/allocation/ip-families.ts";

const both = ["IPv4", "IPv6"] as const;
const noIpv6 = 'spec.ipFamilies[1]: Invalid value: "IPv6": not configured on this cluster';
const noDualStack =
  'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services';

/** What becomes of a Service: its policy and families, or what is wrong. */
function settled(spec: ServiceSpec, before?: ServiceSpec): readonly string[] {
  const service = cloneTree(serviceOf(spec));
  const errors = settleFamilies(service, before && serviceOf(before));
  if (errors.length > 0) return errors.map(({ field, message }) => `${field}: ${message}`);
  return [service.spec.ipFamilyPolicy ?? "", ...(service.spec.ipFamilies ?? [])];
}

function serviceOf(spec: ServiceSpec): Service {
  return { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec };
}

describe("in a cluster with one family", () => {
  test.each<[string, ServiceSpec, readonly string[]]>([
    ["a Service has it", {}, ["SingleStack", "IPv4"]],
    ["a preference for two is no demand", { ipFamilyPolicy: "PreferDualStack" }, ["PreferDualStack", "IPv4"]],
    ["an alias has none", { type: "ExternalName" }, [""]],
    ["a demand for two is refused", { ipFamilyPolicy: "RequireDualStack" }, [noDualStack]],
    [
      "two families need a policy",
      { ipFamilies: [...both] },
      [
        "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
      ],
    ],
    ["the other is not there", { ipFamilies: [...both], ipFamilyPolicy: "PreferDualStack" }, [noIpv6]],
    [
      "an address of the other is told as such",
      { clusterIP: "fd00::1", clusterIPs: ["fd00::1"] },
      ['spec.clusterIPs[0]: Invalid value: []string{"fd00::1"}: IPv6 is not configured on this cluster'],
    ],
    ["no family is named twice", { ipFamilies: ["IPv4", "IPv4"] }, ['spec.ipFamilies[1]: Duplicate value: "IPv4"']],
    [
      "headless and without selector a Service may have both",
      { clusterIP: "None", clusterIPs: ["None"] },
      ["RequireDualStack", ...both],
    ],
    [
      "headless with a selector it may not",
      { clusterIP: "None", clusterIPs: ["None"], selector: { app: "web" }, ipFamilyPolicy: "RequireDualStack" },
      [noDualStack],
    ],
  ])("%s", (_title, spec, expected) => {
    expect(settled(spec)).toEqual(expected);
  });

  test("a second family goes with its policy only", () => {
    const headless: ServiceSpec = { clusterIP: "None", clusterIPs: ["None"] };
    const before: ServiceSpec = { ...headless, ipFamilyPolicy: "RequireDualStack", ipFamilies: [...both] };
    expect(settled({ ...before, ipFamilyPolicy: "SingleStack" }, before)).toEqual(["SingleStack", "IPv4"]);
    expect(settled({ ...headless, ipFamilies: ["IPv4"] }, before)).toEqual([
      "spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": must be 'SingleStack' to release the secondary IP family",
    ]);
  });
});
