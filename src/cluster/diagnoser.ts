import { dnsServiceIp } from "../apiserver/bootstrap.ts";
import type { Kubelet } from "../kubelet/kubelet.ts";
import type { HostPorts } from "../kubeproxy/host-ports.ts";
import { diagnose } from "../why/diagnose.ts";
import type { Diagnosis } from "../why/diagnosis.ts";
import type { WhyWorld } from "../why/world.ts";
import { clusterDomain, hostIp } from "./addresses.ts";

/** Answers why a request fails, in this cluster. */
export function diagnoser({
  kubelets,
  hostPorts,
  ...parts
}: Pick<WhyWorld, "informers" | "network" | "proxy" | "policies" | "dns"> & {
  readonly kubelets: ReadonlyMap<string, Kubelet>;
  readonly hostPorts: ReadonlySet<HostPorts>;
}): (from: string, url: string) => Diagnosis {
  const world: WhyWorld = {
    ...parts,
    dnsServiceIp,
    clusterDomain,
    hostIp,
    resolverFiles: (pod) => kubelets.get(pod.spec.nodeName ?? "")?.worker(pod.metadata.uid ?? "")?.sandbox,
    hostPorts(service) {
      if (hostPorts.size === 0) return undefined;
      const open = [...hostPorts].flatMap((ports) => ports.openFor(service));
      return open.map(({ wanted, address }) => ({ wanted: wanted.address, open: address }));
    },
  };
  return (from, url) => diagnose({ from, url }, world);
}
