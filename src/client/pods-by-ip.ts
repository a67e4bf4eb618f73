import type { Pod } from "../api/types.gen.ts";
import { pods } from "../resources/core/pod.ts";
import type { Informers } from "./informer.ts";

const index = "ip";

/** Finds the pod that has an IP of its own now, by index. Pods on their node's network, and those that have ended, have none. */
export function podByIp(informers: Informers): (ip: string) => Pod | undefined {
  const all = informers.for(pods);
  all.addIndex(index, ({ status, spec }) => {
    const hasEnded = status?.phase === "Succeeded" || status?.phase === "Failed";
    return status?.podIP && !spec.hostNetwork && !hasEnded ? [status.podIP] : [];
  });
  return (ip) => all.byIndex(index, ip)[0];
}
