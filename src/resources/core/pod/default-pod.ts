import type { Mutable } from "../../../api/object.ts";
import type { Container, Pod } from "../../../api/types.gen.ts";
import { defaultPodSpec } from "../../pod-template/default-pod-spec.ts";

/** What only a pod gets, and not a pod template: requests from limits, host ports of the host's network, service links. */
export function defaultPod(pod: Mutable<Pod>): void {
  pod.spec ??= { containers: [] };
  const { spec } = pod;
  defaultPodSpec(spec);
  spec.enableServiceLinks ??= true;
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    requestLimits(container);
    if (spec.hostNetwork) openHostPorts(container);
  }
}

/** What a container may use, it asks for, unless it says otherwise. */
function requestLimits({ resources }: Mutable<Container>): void {
  if (!resources?.limits) return;
  resources.requests = { ...resources.limits, ...resources.requests };
}

function openHostPorts({ ports = [] }: Mutable<Container>): void {
  for (const port of ports) port.hostPort ||= port.containerPort;
}
