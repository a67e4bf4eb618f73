import type { ApiResponse } from "./request.ts";
import { jsonResponse, textResponse } from "./response.ts";

/** What the cluster claims to be: the Kubernetes version whose behaviour it follows. */
export const kubernetesVersion = "v1.32.4+picokube";

const plainText = "text/plain; charset=utf-8";
const hooks = [
  "start-apiserver-admission-initializer",
  "generic-apiserver-start-informers",
  "priority-and-fairness-config-consumer",
  "priority-and-fairness-filter",
  "storage-object-count-tracker-hook",
  "start-apiextensions-informers",
  "start-apiextensions-controllers",
  "crd-informer-synced",
  "start-system-namespaces-controller",
  "start-cluster-authentication-info-controller",
  "start-kube-apiserver-identity-lease-controller",
  "start-kube-apiserver-identity-lease-garbage-collector",
  "start-legacy-token-tracking-controller",
  "start-service-ip-repair-controllers",
  "rbac/bootstrap-roles",
  "scheduling/bootstrap-system-priority-classes",
  "priority-and-fairness-config-producer",
  "bootstrap-controller",
  "aggregator-reload-proxy-client-cert",
  "start-kube-aggregator-informers",
  "apiservice-status-local-available-controller",
  "apiservice-status-remote-available-controller",
  "apiservice-registration-controller",
  "apiservice-discovery-controller",
  "kube-apiserver-autoregistration",
];
const lastHooks = ["apiservice-openapi-controller", "apiservice-openapiv3-controller"];
const after = (hook: string): string => `poststarthook/${hook}`;
const checks = ["ping", "log", "etcd", ...hooks.map(after), "autoregister-completion", ...lastHooks.map(after)];
const readinessChecks = [...checks.slice(0, 3), "etcd-readiness", "informer-sync", ...checks.slice(3), "shutdown"];
const checksOf: Readonly<Record<string, readonly string[]>> = {
  healthz: checks,
  livez: checks,
  readyz: readinessChecks,
};

/** `/version` and the health endpoints. undefined: another path. https://kubernetes.io/docs/reference/using-api/health-checks/ */
export function serverInfo(path: string, query: URLSearchParams): ApiResponse | undefined {
  const [, first = "", ...rest] = path.replace(/\/$/u, "").split("/");
  if (first === "version" && rest.length === 0) return jsonResponse(version);
  const known = checksOf[first];
  if (!known) return undefined;
  if (rest.length === 0) return health(first, known, query);
  return known.includes(rest.join("/")) ? textResponse("ok", 200, plainText) : undefined;
}

const version = {
  major: "1",
  minor: "32",
  gitVersion: kubernetesVersion,
  gitCommit: "0000000000000000000000000000000000000000",
  gitTreeState: "clean",
  buildDate: "2025-04-22T15:00:00Z",
  goVersion: "none",
  compiler: "node",
  platform: "linux/amd64",
};

/** Whoever gets an answer at all finds all well. */
function health(name: string, known: readonly string[], query: URLSearchParams): ApiResponse {
  const excluded = new Set(query.getAll("exclude"));
  const strangers = [...excluded].filter((check) => !known.includes(check));
  if (!query.has("verbose")) return textResponse("ok", 200, plainText);
  const lines = known.map((check) => (excluded.has(check) ? `[+]${check} excluded: ok` : `[+]${check} ok`));
  const warning = strangers.map((check) => JSON.stringify(check)).join(", ");
  const warned = warning ? [`warn: some health checks cannot be excluded: no matches for ${warning}`] : [];
  return textResponse(`${[...lines, ...warned, `${name} check passed`].join("\n")}\n`, 200, plainText);
}
