import type { Endpoints, EndpointSlice } from "../../api/types.gen.ts";
import { describer, type Describer } from "./describer.ts";

export const endpoints: Describer = describer<Endpoints>("", "Endpoints", ({ metadata, subsets = [] }, { to }) => {
  to.field("Name", metadata.name);
  to.field("Namespace", metadata.namespace ?? "");
  to.labels("Labels", metadata.labels);
  to.annotations("Annotations", metadata.annotations);
  to.line("Subsets:");
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    const list = (all: readonly { readonly ip: string }[]): string => all.map(({ ip }) => ip).join(",") || "<none>";
    to.field("Addresses", list(addresses), 1);
    to.field("NotReadyAddresses", list(notReadyAddresses), 1);
    if (ports.length > 0) {
      to.line("Ports:", 1);
      to.line("  Name\tPort\tProtocol", 1);
      to.line("  ----\t----\t--------", 1);
      for (const { name, port, protocol = "TCP" } of ports) to.line(`  ${name || "<unset>"}\t${port}\t${protocol}`, 1);
    }
    to.line("");
  }
});

export const endpointSlice: Describer = describer<EndpointSlice>(
  "discovery.k8s.io",
  "EndpointSlice",
  ({ metadata, addressType, ports, endpoints: all }, { to }) => {
    to.field("Name", metadata.name);
    to.field("Namespace", metadata.namespace ?? "");
    to.labels("Labels", metadata.labels);
    to.annotations("Annotations", metadata.annotations);
    to.field("AddressType", addressType);
    if ((ports ?? []).length === 0) to.field("Ports", "<unset>");
    else {
      to.line("Ports:");
      to.line("Name\tPort\tProtocol", 1);
      to.line("----\t----\t--------", 1);
      for (const { name, port, protocol = "TCP" } of ports ?? [])
        to.line(`${name || "<unset>"}\t${port ?? "<unset>"}\t${protocol}`, 1);
    }
    if ((all ?? []).length === 0) return to.field("Endpoints", "<none>");
    to.line("Endpoints:");
    for (const { addresses, conditions, hostname, targetRef, nodeName, zone } of all ?? []) {
      to.field("  - Addresses", addresses.join(",") || "<none>");
      to.line("Conditions:", 2);
      to.field("Ready", conditions?.ready ?? "<unset>", 3);
      to.field("Hostname", hostname ?? "<unset>", 2);
      if (targetRef) to.field("TargetRef", `${targetRef.kind ?? ""}/${targetRef.name ?? ""}`, 2);
      to.field("NodeName", nodeName ?? "<unset>", 2);
      to.field("Zone", zone ?? "<unset>", 2);
    }
  },
);
