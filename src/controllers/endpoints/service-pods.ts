import { keyOf, type ObjectKey } from "../../api/object.ts";
import { matchesLabels } from "../../api/selectors.ts";
import type { Pod, Service, ServicePort } from "../../api/types.gen.ts";
import type { Informers } from "../../client/informer.ts";
import { pods } from "../../resources/core/pod.ts";
import { services } from "../../resources/core/service.ts";
import { type Watch, watching } from "../controller.ts";

/** A change to a pod wakes the Services that select it, before or after the change. */
export const wakeSelectingServices: Watch = watching(pods, ({ object, previous }, { informers }) =>
  servicesSelecting(informers, object, previous),
);

function servicesSelecting(informers: Informers, ...versions: (Pod | undefined)[]): ObjectKey[] {
  const [pod] = versions;
  return informers
    .for(services)
    .list(pod?.metadata.namespace ?? "")
    .filter((service) => versions.some((version) => version && selects(service, version)))
    .map((service) => keyOf(service));
}

/** A Service without selector selects nothing: its endpoints are made by hand. */
export function selects({ spec }: Service, { metadata }: Pod): boolean {
  return hasSelector(spec) && matchesLabels(spec.selector ?? {}, metadata.labels ?? {});
}

export function hasSelector({ selector, type }: Service["spec"]): boolean {
  return selector !== undefined && Object.keys(selector).length > 0 && type !== "ExternalName";
}

/** The pods of a Service that have an IP and have not ended, in order of name. */
export function podsBehind(service: Service, informers: Informers): readonly Pod[] {
  return informers
    .for(pods)
    .list(service.metadata.namespace ?? "")
    .filter((pod) => selects(service, pod) && pod.status?.podIP !== undefined && !hasEnded(pod))
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

export function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** The number behind `targetPort` in one pod: a name may mean another port in each. undefined: it has no such port. */
export function targetPortIn(pod: Pod, { targetPort, port, protocol = "TCP" }: ServicePort): number | undefined {
  if (targetPort === undefined || targetPort === 0 || targetPort === "") return port;
  if (typeof targetPort === "number") return targetPort;
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return [...pod.spec.containers, ...sidecars]
    .flatMap(({ ports }) => ports ?? [])
    .find((one) => one.name === targetPort && (one.protocol ?? "TCP") === protocol)?.containerPort;
}

export interface PodConditions {
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions */
export function conditionsOf(pod: Pod, { spec }: Service): PodConditions {
  const serving = pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  return { ready: spec.publishNotReadyAddresses === true || (serving && !terminating), serving, terminating };
}

/** A pod's own name within a headless Service: `web-0.web`. */
export function hostnameIn({ spec, metadata }: Pod, service: Service): string | undefined {
  const isNamed = spec.hostname && spec.subdomain === service.metadata.name;
  return isNamed && metadata.namespace === service.metadata.namespace ? spec.hostname : undefined;
}
