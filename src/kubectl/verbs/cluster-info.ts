import type { Service } from "../../api/types.gen.ts";
import { listAll } from "../targets.ts";
import type { Call, Verb } from "../verb.ts";
import { clusterInfoDump } from "./cluster-info-dump.ts";

const label = "kubernetes.io/cluster-service=true";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_cluster-info/ */
export const clusterInfo: Verb = {
  names: ["cluster-info"],
  summary: "Display cluster information",
  flags: [],
  verbs: [clusterInfoDump],

  async run(call) {
    const { io, kubeconfig } = call;
    const green = io.terminal ? "\u001B[0;32m" : "";
    const yellow = io.terminal ? "\u001B[0;33m" : "";
    const plain = io.terminal ? "\u001B[0m" : "";
    const tell = (name: string, address: string): Promise<void> =>
      io.out(`${green}${name}${plain} is running at ${yellow}${address}${plain}\n`);
    const services = await listAll<Service>("/api/v1/namespaces/kube-system/services", call, { labelSelector: label });
    await tell("Kubernetes control plane", kubeconfig.server);
    for (const service of services) await tell(nameFor(service), addressOf(service, call));
    await io.out("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
  },
};

function nameFor({ metadata }: Service): string {
  return metadata.labels?.["kubernetes.io/name"] || metadata.name;
}

function addressOf({ metadata, spec, status }: Service, { kubeconfig }: Call): string {
  const [ingress] = status?.loadBalancer?.ingress ?? [];
  const [port] = spec?.ports ?? [];
  if (ingress) {
    const places = (spec?.ports ?? []).map((one) => `http://${ingress.ip ?? ingress.hostname ?? ""}:${one.port}`);
    return places.join(" ");
  }
  const scheme = port?.name === "https" || port?.port === 443 ? "https:" : "";
  const name = `${scheme}${metadata.name}${port?.name ? `:${port.name}` : scheme ? ":" : ""}`;
  return `${kubeconfig.server}/api/v1/namespaces/${metadata.namespace ?? ""}/services/${name}/proxy`;
}
