/** Without a version: of the group's first. */
export function precedenceOf(group: string, version?: string): Precedence {
  if (version !== undefined) return precedences[`${group}/${version}`] ?? lowest;
  return Object.entries(precedences).find(([name]) => name.startsWith(`${group}/`))?.[1] ?? lowest;
}

/** Where a group stands among the others, and a version among its group's. */
interface Precedence {
  readonly group: number;
  readonly version: number;
}

/** Of groups that are not listed, as those of custom resources. */
const lowest: Precedence = { group: 1000, version: 100 };

/** Upstream's, by group and version. */
const precedences: Readonly<Record<string, Precedence>> = {
  "apiregistration.k8s.io/v1": { group: 20_000, version: 100 },
  "/v1": { group: 18_000, version: 1 },
  "apps/v1": { group: 17_800, version: 15 },
  "events.k8s.io/v1": { group: 17_750, version: 5 },
  "authentication.k8s.io/v1": { group: 17_700, version: 15 },
  "authorization.k8s.io/v1": { group: 17_600, version: 15 },
  "autoscaling/v1": { group: 17_500, version: 15 },
  "autoscaling/v2": { group: 17_500, version: 30 },
  "batch/v1": { group: 17_400, version: 15 },
  "certificates.k8s.io/v1": { group: 17_300, version: 15 },
  "networking.k8s.io/v1": { group: 17_200, version: 15 },
  "policy/v1": { group: 17_100, version: 15 },
  "rbac.authorization.k8s.io/v1": { group: 17_000, version: 15 },
  "storage.k8s.io/v1": { group: 16_800, version: 15 },
  "apiextensions.k8s.io/v1": { group: 16_700, version: 15 },
  "admissionregistration.k8s.io/v1": { group: 16_700, version: 15 },
  "scheduling.k8s.io/v1": { group: 16_600, version: 15 },
  "coordination.k8s.io/v1": { group: 16_500, version: 15 },
  "node.k8s.io/v1": { group: 16_300, version: 15 },
  "discovery.k8s.io/v1": { group: 16_200, version: 15 },
  "flowcontrol.apiserver.k8s.io/v1": { group: 16_100, version: 21 },
  "metrics.k8s.io/v1beta1": { group: 100, version: 100 },
};
