import { ApiError, unknownError } from "../api/status.ts";
import type { Pod } from "../api/types.gen.ts";
import type { NodeAgents } from "../client/node-agents.ts";
import { httpsExchange } from "../network/https-exchange.ts";
import type { Network } from "../network/network.ts";
import type { Clock } from "../sim/clock.ts";
import type { Kubelet } from "./kubelet.ts";
import { answerNodeRequest } from "./node-api.ts";

export interface NodeAgentsOptions {
  /** By name; those of later nodes are found as well. */
  readonly kubelets: ReadonlyMap<string, Kubelet>;
  readonly network: Network;
  /** The API server's own IP, which its proxies dial from. */
  readonly hostIp: string;
  readonly clock: Clock;
  /** Whether the API server gets through to a node; it does unless this says no. */
  isReachable?(node: string): boolean;
}

/** How the API server reaches the kubelets. */
export function createNodeAgents({ kubelets, network, hostIp, clock, ...options }: NodeAgentsOptions): NodeAgents {
  const kubeletOf = (name: string, path: string): Kubelet => {
    const kubelet = kubelets.get(name);
    if (!kubelet?.isRunning) throw unreachable(kubelet?.context.ip ?? name, path, "connect: connection refused");
    if (options.isReachable?.(name) === false) throw unreachable(kubelet.context.ip, path, "i/o timeout");
    return kubelet;
  };
  const onNodeOf = ({ spec, metadata }: Pod, what: string, container = ""): Kubelet =>
    kubeletOf(
      spec.nodeName ?? "",
      `/${[what, metadata.namespace, metadata.name, container].filter(Boolean).join("/")}`,
    );
  return {
    async logs({ pod, container }, wanted) {
      return onNodeOf(pod, "containerLogs", container).logs(pod, container, wanted);
    },
    async exec({ pod, container }, command, streams) {
      return onNodeOf(pod, "exec", container).exec(pod, container, command, streams);
    },
    async attach({ pod, container }, streams) {
      return onNodeOf(pod, "attach", container).attach(pod, container, streams);
    },
    async portForward(pod, port) {
      const ip = onNodeOf(pod, "portForward").worker(pod.metadata.uid ?? "")?.sandbox.ip;
      if (!ip) throw new ApiError(404, "NotFound", "pod does not exist");
      return network.dial(ip, { ip: "127.0.0.1", port });
    },
    fetch({ scheme, ip, port }, request) {
      const to = { ip, port };
      return scheme === "http"
        ? network.fetch(hostIp, to, request)
        : httpsExchange({ network, from: hostIp, to }, request);
    },
    async nodeRequest(name, request) {
      return answerNodeRequest(kubeletOf(name, request.url), request, clock);
    },
  };
}

/** As the API server tells it of a kubelet that does not answer: sessions are posted, all else is got. */
function unreachable(ip: string, path: string, why: string): ApiError {
  const asked = /^\/(?:exec|attach|portForward)\//u.test(path) ? "error sending request: Post" : "Get";
  return unknownError(`${asked} "https://${ip}:10250${path}": dial tcp ${ip}:10250: ${why}`);
}
