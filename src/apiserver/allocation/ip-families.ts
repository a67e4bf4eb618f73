import type { Mutable } from "../../api/object.ts";
import { type FieldError, invalid } from "../../api/status.ts";
import type { Service, ServiceSpec } from "../../api/types.gen.ts";
import { familyErrors } from "../../resources/core/service/cluster-ips.ts";
import { isHeadless } from "../../resources/core/service/defaults.ts";
import { ipFamilyOf } from "../../resources/ip.ts";

const ownFamily = "IPv4";

/**
 * Fills in `ipFamilies` and `ipFamilyPolicy`, and says what an IPv4 cluster cannot give. A headless Service without
 * selector may have both families: nobody gives it addresses.
 * https://kubernetes.io/docs/concepts/services-networking/dual-stack/#headless-services-without-selector
 */
export function settleFamilies(service: Mutable<Service>, previous: Service | undefined): readonly FieldError[] {
  const { spec } = service;
  if (spec.type === "ExternalName") return [];
  const isFree = isHeadless(service) && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= previous?.spec.ipFamilyPolicy ?? (isFree ? "RequireDualStack" : "SingleStack");
  const malformed = familyErrors(spec);
  if (malformed.length > 0) return malformed;
  const errors = [...reductionErrors(spec, previous?.spec), ...multiplicityErrors(spec), ...inferFamilies(spec)];
  if (errors.length > 0) return errors;
  if (isFree) return addOtherFamily(spec);
  const missing = clusterErrors(spec);
  if (missing.length === 0 && !spec.ipFamilies?.length) spec.ipFamilies = [ownFamily];
  return missing;
}

/** With one family, the second goes by itself; with any other policy nothing may go. */
function reductionErrors(spec: Mutable<ServiceSpec>, before: ServiceSpec | undefined): FieldError[] {
  const families = spec.ipFamilies ?? [];
  const familiesBefore = before?.ipFamilies ?? [];
  if (familiesBefore.length < 2) return [];
  if (spec.ipFamilyPolicy === "SingleStack") {
    if (families.join() === familiesBefore.join()) spec.ipFamilies = families.slice(0, 1);
    return [];
  }
  if (families.length === 0 || families.length >= familiesBefore.length) return [];
  return [policyError(spec, "must be 'SingleStack' to release the secondary IP family")];
}

function multiplicityErrors(spec: ServiceSpec): FieldError[] {
  if (spec.ipFamilyPolicy !== "SingleStack") return [];
  const why = (what: string): string =>
    `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
  return [
    ...(spec.clusterIPs?.length === 2 ? [policyError(spec, why("cluster IPs"))] : []),
    ...(spec.ipFamilies?.length === 2 ? [policyError(spec, why("IP families"))] : []),
  ];
}

function policyError({ ipFamilyPolicy }: ServiceSpec, why: string): FieldError {
  return invalid("spec.ipFamilyPolicy", ipFamilyPolicy, why);
}

/** Addresses that a client asks for say of which family they are. */
function inferFamilies(spec: Mutable<ServiceSpec>): FieldError[] {
  const { clusterIPs = [], ipFamilies = [] } = spec;
  if (clusterIPs[0] === "None") return [];
  const inferred = clusterIPs.slice(ipFamilies.length).map((ip) => ipFamilyOf(ip) ?? ownFamily);
  const errors = inferred.flatMap((family, index) =>
    family === ownFamily
      ? []
      : [
          invalid(
            `spec.clusterIPs[${ipFamilies.length + index}]`,
            clusterIPs,
            `${family} is not configured on this cluster`,
          ),
        ],
  );
  if (errors.length === 0 && inferred.length > 0) spec.ipFamilies = [...ipFamilies, ...inferred];
  return errors;
}

function addOtherFamily(spec: Mutable<ServiceSpec>): [] {
  const first = spec.ipFamilies?.[0] ?? ownFamily;
  const isDouble = spec.ipFamilyPolicy !== "SingleStack";
  if ((spec.ipFamilies ?? []).length < 2) {
    spec.ipFamilies = isDouble ? [first, first === "IPv4" ? "IPv6" : "IPv4"] : [first];
  }
  return [];
}

function clusterErrors(spec: ServiceSpec): FieldError[] {
  const missing = (spec.ipFamilies ?? []).flatMap((family, index) =>
    family === ownFamily ? [] : [invalid(`spec.ipFamilies[${index}]`, family, "not configured on this cluster")],
  );
  if (spec.ipFamilyPolicy !== "RequireDualStack") return missing;
  return [policyError(spec, "this cluster is not configured for dual-stack services"), ...missing];
}
