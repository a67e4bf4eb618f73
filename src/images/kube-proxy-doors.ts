import type { HttpHandler } from "../network/http.ts";
import type { Process } from "../runtime/process.ts";
import { goNotFound, goResponse, targetOf } from "./go/http.ts";

const metricsPort = 10_249;
const healthPort = 10_256;
const configFlag = "--config=";

/** What kube-proxy answers on its node: `localhost:10249/proxyMode` for people, `:10256/healthz` for load balancers. */
export function openKubeProxyDoors(process: Process): void {
  process.network.serveHttp(metricsPort, metrics(process), "127.0.0.1");
  process.network.serveHttp(healthPort, health(process));
}

function metrics(process: Process): HttpHandler {
  return (request) => {
    switch (targetOf(request).path) {
      case "/proxyMode":
        return goResponse(process, modeIn(process));
      case "/healthz":
        return goResponse(process, "ok");
      case "/metrics":
        return goResponse(process, "# picokube measures no rules: its proxy is part of the simulated network.\n");
      default:
        return goNotFound(process);
    }
  };
}

function health(process: Process): HttpHandler {
  return (request) => {
    const { path } = targetOf(request);
    if (path !== "/healthz" && path !== "/livez") return goNotFound(process);
    const now = new Date(process.clock.now()).toISOString();
    const eligible = path === "/healthz" ? ',"nodeEligible": true' : "";
    const headers = { "content-type": "application/json", "x-content-type-options": "nosniff" };
    return goResponse(process, `{"lastUpdated": "${now}","currentTime": "${now}"${eligible}}`, { headers });
  };
}

/** `mode` of its configuration. */
function modeIn({ argv, files }: Process): string {
  const path = argv.find((word) => word.startsWith(configFlag))?.slice(configFlag.length) ?? "";
  const config = files.exists(path) ? files.readText(path) : "";
  return /^mode: "?(\w+)/mu.exec(config)?.[1] ?? "iptables";
}
