import { compareQuantities, quantityError } from "../../api/quantity.ts";
import { type FieldError, invalid, notSupported, required } from "../../api/status.ts";
import type { ObjectFieldSelector, ResourceFieldSelector } from "../../api/types.gen.ts";
import { check, qualifiedName } from "../names.ts";

/** Fields of a pod that an environment variable may show. */
export const environmentFields = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
] as const;

/** Fields of a pod that a file may show. */
export const fileFields = [
  "metadata.annotations",
  "metadata.labels",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
] as const;

const knownFields = new Set<string>([
  ...environmentFields,
  ...fileFields,
  "spec.host",
  "spec.restartPolicy",
  "spec.schedulerName",
  "status.phase",
]);

/** https://kubernetes.io/docs/concepts/workloads/pods/downward-api/ */
export function fieldReferenceErrors(
  field: string,
  { apiVersion, fieldPath }: ObjectFieldSelector,
  supported: readonly string[],
): FieldError[] {
  if (!apiVersion) return [required(`${field}.apiVersion`)];
  if (!fieldPath) return [required(`${field}.fieldPath`)];
  const problem = pathProblem(apiVersion, fieldPath);
  if (problem) return [invalid(`${field}.fieldPath`, fieldPath, `error converting fieldPath: ${problem}`)];
  const subscripted = subscriptOf(fieldPath);
  if (subscripted) {
    const { path, subscript } = subscripted;
    return check(field, path === "metadata.annotations" ? subscript.toLowerCase() : subscript, qualifiedName);
  }
  return supported.includes(fieldPath) || fieldPath === "spec.host"
    ? []
    : [notSupported(`${field}.fieldPath`, fieldPath, supported)];
}

function pathProblem(apiVersion: string, fieldPath: string): string | undefined {
  if (apiVersion !== "v1") return `unsupported pod version: ${apiVersion}`;
  const subscripted = subscriptOf(fieldPath);
  if (!subscripted) return knownFields.has(fieldPath) ? undefined : `field label not supported: ${fieldPath}`;
  const { path } = subscripted;
  if (path === "metadata.annotations" || path === "metadata.labels") return undefined;
  return `field label does not support subscript: ${fieldPath}`;
}

/** `metadata.labels['app']` */
function subscriptOf(fieldPath: string): { path: string; subscript: string } | undefined {
  const [, path, subscript] = /^(.+?)\['(.*)'\]$/su.exec(fieldPath) ?? [];
  return path === undefined || subscript === undefined ? undefined : { path, subscript };
}

const resources = [
  "limits.cpu",
  "limits.ephemeral-storage",
  "limits.memory",
  "requests.cpu",
  "requests.ephemeral-storage",
  "requests.memory",
];
const cpuDivisors = new Set(["1m", "1"]);
const byteDivisors = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

/** `needsContainer`: a file belongs to no container, so it must say whose resource it shows. */
export function resourceReferenceErrors(
  field: string,
  { containerName, resource, divisor }: ResourceFieldSelector,
  { needsContainer }: { needsContainer: boolean },
): FieldError[] {
  return [
    ...nameErrors(field, resource, needsContainer && !containerName),
    ...(divisor ? divisorErrors(`${field}.divisor`, resource ?? "", divisor) : []),
  ];
}

function nameErrors(field: string, resource: string | undefined, lacksContainer: boolean): FieldError[] {
  if (lacksContainer) return [required(`${field}.containerName`)];
  if (!resource) return [required(`${field}.resource`)];
  const known = resources.includes(resource) || /^(?:requests|limits)\.hugepages-/u.test(resource);
  return known ? [] : [notSupported(`${field}.resource`, resource, resources)];
}

function divisorErrors(field: string, resource: string, divisor: string): FieldError[] {
  if (quantityError(divisor) || compareQuantities(divisor, "0") === 0) return [];
  const what = resource.split(".", 2)[1] ?? "";
  if (what === "cpu") {
    const why = "only divisor's values 1m and 1 are supported with the cpu resource";
    return cpuDivisors.has(divisor) ? [] : [invalid(field, resource, why)];
  }
  const name = divisorName(what);
  if (!name || byteDivisors.includes(divisor)) return [];
  return [
    invalid(
      field,
      resource,
      `only divisor's values ${byteDivisors.join(", ")} are supported with the ${name} resource`,
    ),
  ];
}

function divisorName(what: string): string | undefined {
  if (what === "memory") return "memory";
  if (what === "ephemeral-storage") return "local ephemeral storage";
  return what.startsWith("hugepages-") ? "hugepages" : undefined;
}
