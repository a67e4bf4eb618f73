import type { ApiResponse } from "./request.ts";
import { jsonResponse, textResponse } from "./response.ts";

/** What the cluster claims to be: the Kubernetes version whose behaviour it follows. */
export const kubernetesVersion = "v1.32.4+picokube";

const plainText = "text/plain; charset=utf-8";
const checks = ["ping", "log", "etcd", "poststarthook/start-apiserver-admission-initializer"];

/** `/version` and the health endpoints. undefined: another path. https://kubernetes.io/docs/reference/using-api/health-checks/ */
export function serverInfo(path: string, query: URLSearchParams): ApiResponse | undefined {
  switch (path) {
    case "/version":
      return jsonResponse(version);
    case "/healthz":
    case "/livez":
    case "/readyz":
      return health(path.slice(1), query);
    default:
      return individualCheck(path);
  }
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

function health(name: string, query: URLSearchParams): ApiResponse {
  if (!query.has("verbose")) return textResponse("ok", 200, plainText);
  const excluded = new Set(query.getAll("exclude"));
  const lines = checks.map((check) => (excluded.has(check) ? `[+]${check} excluded: ok` : `[+]${check} ok`));
  return textResponse(`${[...lines, `${name} check passed`].join("\n")}\n`, 200, plainText);
}

/** `/livez/ping`, `/readyz/etcd`, … */
function individualCheck(path: string): ApiResponse | undefined {
  const [, check] = /^\/(?:healthz|livez|readyz)\/(.+)$/u.exec(path) ?? [];
  return check !== undefined && checks.includes(check) ? textResponse("ok", 200, plainText) : undefined;
}
