import { formatLabels } from "../../api/selectors.ts";
import type { EndpointSlice, Service, ServicePort } from "../../api/types.gen.ts";
import { listAll } from "../targets.ts";
import { describer, type Describer } from "./describer.ts";
import { endpointsText } from "./endpoints-text.ts";

export const service: Describer = describer<Service>(
  "",
  "Service",
  async ({ metadata, spec, status }, { to, call }) => {
    to.field("Name", metadata.name);
    to.field("Namespace", metadata.namespace ?? "");
    to.labels("Labels", metadata.labels);
    to.annotations("Annotations", metadata.annotations);
    to.field("Selector", formatLabels(spec.selector));
    to.field("Type", spec.type ?? "");
    if (spec.ipFamilyPolicy) to.field("IP Family Policy", spec.ipFamilyPolicy);
    to.field("IP Families", (spec.ipFamilies ?? []).join(",") || "<none>");
    to.field("IP", spec.clusterIP ?? "");
    to.field("IPs", (spec.clusterIPs ?? []).join(",") || "<none>");
    if ((spec.externalIPs ?? []).length > 0) to.field("External IPs", (spec.externalIPs ?? []).join(","));
    to.optional("Desired LoadBalancer IP", spec.loadBalancerIP);
    const ingress = status?.loadBalancer?.ingress ?? [];
    if (ingress.length > 0) {
      const list = ingress.map(
        ({ ip, hostname, ipMode }) => `${ip ?? hostname ?? ""}${ip && ipMode ? ` (${ipMode})` : ""}`,
      );
      to.field("LoadBalancer Ingress", list.join(", "));
    }
    to.optional("External Name", spec.externalName);
    const path = `/apis/discovery.k8s.io/v1/namespaces/${metadata.namespace ?? ""}/endpointslices`;
    const slices = await listAll<EndpointSlice>(path, call, {
      labelSelector: `kubernetes.io/service-name=${metadata.name}`,
    });
    for (const port of spec.ports ?? []) {
      const name = port.name || "<unset>";
      to.line(`Port:\t${name}\t${port.port}/${port.protocol ?? "TCP"}`);
      const target = targetText(port);
      if (target !== undefined) to.line(`TargetPort:\t${target}/${port.protocol ?? "TCP"}`);
      if (port.nodePort) to.line(`NodePort:\t${name}\t${port.nodePort}/${port.protocol ?? "TCP"}`);
      to.field("Endpoints", endpointsText(slices, port.name ?? ""));
    }
    to.field("Session Affinity", spec.sessionAffinity ?? "");
    to.optional("External Traffic Policy", spec.externalTrafficPolicy);
    to.optional("Internal Traffic Policy", spec.internalTrafficPolicy);
    if (spec.healthCheckNodePort) to.field("HealthCheck NodePort", spec.healthCheckNodePort);
    if ((spec.loadBalancerSourceRanges ?? []).length > 0) {
      to.field("LoadBalancer Source Ranges", (spec.loadBalancerSourceRanges ?? []).join(","));
    }
  },
);

function targetText({ targetPort }: ServicePort): number | string | undefined {
  return targetPort === undefined || targetPort === 0 ? undefined : targetPort;
}
