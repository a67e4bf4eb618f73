import type { ProxyMode } from "../kubeproxy/balancer.ts";
import { controlPlaneNode } from "./addresses.ts";
import type { ClusterHandle } from "./handle.ts";
import { kubeProxyWorkload } from "./kube-proxy-workload.ts";
import { kubeadmConfig } from "./kubeadm-config.ts";
import { runStaticPods, type StaticPodOptions, version } from "./static-pods.ts";
import { systemWorkloads } from "./system-workloads.ts";

export interface SystemPodOptions extends Omit<StaticPodOptions, "node"> {
  readonly systemPods: "full" | "dns";
  readonly proxyMode: ProxyMode;
}

/** Puts in what a cluster runs for itself. The returned function stops looking after it. */
export async function startSystemPods(handle: ClusterHandle, options: SystemPodOptions): Promise<() => void> {
  const { systemPods, proxyMode, ...parts } = options;
  if (systemPods === "dns") {
    await handle.install(systemWorkloads());
    return () => {};
  }
  const stop = await runStaticPods({ ...parts, node: controlPlaneNode });
  await handle.install([...kubeadmConfig(version), ...systemWorkloads(), ...kubeProxyWorkload(proxyMode)]);
  return stop;
}
