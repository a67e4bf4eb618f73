import { duplicate, type FieldError, invalid, notSupported, required } from "../../../api/status.ts";
import type { Service, ServiceSpec } from "../../../api/types.gen.ts";
import { ipAddress } from "../../field-checks.ts";
import { ipFamilyOf } from "../../ip.ts";
import { isHeadless } from "./defaults.ts";

const families = ["IPv4", "IPv6"];
const familyPolicies = ["PreferDualStack", "RequireDualStack", "SingleStack"];

/** How `clusterIP`, `clusterIPs`, `ipFamilies` and `ipFamilyPolicy` must agree, whatever the cluster has. */
export function familyErrors(spec: ServiceSpec): FieldError[] {
  if (spec.type === "ExternalName") return [];
  const errors = [...agreementErrors(spec), ...supportErrors(spec)];
  const { clusterIPs = [], ipFamilies = [] } = spec;
  const misplacedNone = clusterIPs.length > 1 && clusterIPs[0] === "None";
  const bad = clusterIPs.flatMap((ip, index) =>
    index === 0 && ip === "None" ? [] : ipAddress(`spec.clusterIPs[${index}]`, ip),
  );
  if (misplacedNone) errors.push(invalid("spec.clusterIPs", clusterIPs, "'None' must be the first and only value"));
  errors.push(...bad);
  if (clusterIPs.length > 2) errors.push(invalid("spec.clusterIPs", clusterIPs, "may only hold up to 2 values"));
  if (misplacedNone || bad.length > 0) return errors;
  if (clusterIPs.length > 1 && new Set(clusterIPs.map((ip) => ipFamilyOf(ip))).size === 1) {
    errors.push(invalid("spec.clusterIPs", clusterIPs, "may specify no more than one IP for each IP family"));
  }
  return errors.length > 0 || clusterIPs[0] === "None" ? errors : mismatchErrors(clusterIPs, ipFamilies);
}

function agreementErrors({ clusterIP, clusterIPs = [] }: ServiceSpec): FieldError[] {
  if (!clusterIP) {
    return clusterIPs.length > 0
      ? [invalid("spec.clusterIPs", clusterIPs, "must be empty when `clusterIP` is not specified")]
      : [];
  }
  if (clusterIPs.length === 0) return [required("spec.clusterIPs")];
  return clusterIPs[0] === clusterIP
    ? []
    : [invalid("spec.clusterIPs", clusterIPs, "first value must match `clusterIP`")];
}

function supportErrors({ ipFamilies = [], ipFamilyPolicy: policy }: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, family] of ipFamilies.entries()) {
    const field = `spec.ipFamilies[${index}]`;
    if (!families.includes(family)) errors.push(notSupported(field, family, families));
    if (ipFamilies.indexOf(family) < index) errors.push(duplicate(field, family));
  }
  if (policy !== undefined && !familyPolicies.includes(policy)) {
    errors.push(notSupported("spec.ipFamilyPolicy", policy, familyPolicies));
  }
  return errors;
}

function mismatchErrors(clusterIPs: readonly string[], ipFamilies: readonly string[]): FieldError[] {
  return clusterIPs.flatMap((ip, index) => {
    const expected = ipFamilies[index];
    if (expected === undefined || ipFamilyOf(ip) === expected) return [];
    const why = `expected an ${expected} value as indicated by \`ipFamilies[${index}]\``;
    return [invalid(`spec.clusterIPs[${index}]`, ip, why)];
  });
}

/** Cluster IPs stay as they are once given, except from and to ExternalName. */
export function clusterIpErrors(service: Service, previous: Service): FieldError[] {
  const { spec } = service;
  const { spec: before } = previous;
  if (spec.type === "ExternalName" || before.type === "ExternalName") return [];
  if (isHeadless(service) && isHeadless(previous)) return [];
  const field = "spec.clusterIPs";
  const errors = listErrors(field, spec.clusterIPs ?? [], before.clusterIPs ?? []);
  if (isHeadless(service) !== isHeadless(previous)) return errors;
  return [...errors, ...listErrors("spec.ipFamilies", spec.ipFamilies ?? [], before.ipFamilies ?? [])];
}

/** The values present before must be there still, in their places; more may follow. */
function listErrors(field: string, values: readonly string[], before: readonly string[]): FieldError[] {
  if (before.length > 0 && values.length === 0) {
    const what = field.endsWith("clusterIPs") ? "clusterIP" : "ipFamily";
    return [invalid(`${field}[0]`, values, `primary ${what} can not be unset`)];
  }
  const kept = before.slice(0, values.length);
  return kept.flatMap((value, index) =>
    value === values[index] ? [] : [invalid(`${field}[${index}]`, values, "may not change once set")],
  );
}
