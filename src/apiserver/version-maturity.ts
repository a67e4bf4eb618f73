/**
 * Orders the versions of a group, the best first: stable before beta before alpha, higher before lower, others last by name.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#version-priority
 */
export function byMaturity(a: string, b: string): number {
  return maturity(b) - maturity(a) || (a === b ? 0 : a < b ? -1 : 1);
}

function maturity(version: string): number {
  const [whole, major = "0", stage, minor = "0"] = /^v(\d+)(?:(alpha|beta)(\d+))?$/u.exec(version) ?? [];
  if (whole === undefined) return -1;
  const rank = stage === undefined ? 2 : stage === "beta" ? 1 : 0;
  return rank * 1_000_000 + Number(major) * 1000 + Number(minor);
}
