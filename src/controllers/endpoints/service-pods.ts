import { keyOf, type ObjectKey, sameTree } from "../../api/object.ts";
import { matchesLabels } from "../../api/selectors.ts";
import type { Pod, Service, ServicePort } from "../../api/types.gen.ts";
import type { Informers } from "../../client/informer.ts";
import { labelPairs, selectingServices } from "../../client/selecting-services.ts";
import { pods } from "../../resources/core/pod.ts";
import { type Watch, watching } from "../controller.ts";

const podsByLabel = "label";

/** Makes pods findable by label. */
export function indexServicePods(informers: Informers): void {
  informers.for(pods).addIndex(podsByLabel, ({ metadata }) => labelPairs(metadata.namespace, metadata.labels));
}

/** A change to a pod that its endpoints can show wakes the Services that select it, before or after the change. */
export const wakeSelectingServices: Watch = watching(pods, ({ type, object, previous }, { informers }) =>
  type === "MODIFIED" && previous && looksSame(object, previous) ? [] : servicesSelecting(informers, object, previous),
);

function looksSame(pod: Pod, previous: Pod): boolean {
  return sameTree(facetsOf(pod), facetsOf(previous));
}

/** All of a pod that its endpoints are made from. */
function facetsOf(pod: Pod): unknown[] {
  const { metadata, spec, status } = pod;
  const { labels, deletionTimestamp } = metadata;
  return [labels, deletionTimestamp, spec, status?.podIP, hasEnded(pod), readyCondition(pod)];
}

function servicesSelecting(informers: Informers, ...versions: (Pod | undefined)[]): ObjectKey[] {
  const find = selectingServices(informers);
  const found = versions.flatMap((pod) => (pod ? find(pod) : []));
  return found.filter(({ spec }) => hasSelector(spec)).map((service) => keyOf(service));
}

/** A Service without selector selects nothing: its endpoints are made by hand. */
function selects({ spec }: Service, { metadata }: Pod): boolean {
  return hasSelector(spec) && matchesLabels(spec.selector ?? {}, metadata.labels ?? {});
}

export function hasSelector({ selector, type }: Service["spec"]): boolean {
  return selector !== undefined && Object.keys(selector).length > 0 && type !== "ExternalName";
}

/** The pods of a Service that have an IP and have not ended, in order of name. */
export function podsBehind(service: Service, informers: Informers): readonly Pod[] {
  const { spec, metadata } = service;
  const labelled = labelPairs(metadata.namespace, spec.selector).map((pair) =>
    informers.for(pods).byIndex(podsByLabel, pair),
  );
  const fewest = labelled.reduce((a, b) => (b.length < a.length ? b : a), labelled[0] ?? []);
  return fewest
    .filter((pod) => selects(service, pod) && pod.status?.podIP !== undefined && !hasEnded(pod))
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

function hasEnded({ status }: Pod): boolean {
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
  const serving = readyCondition(pod)?.status === "True";
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  return { ready: spec.publishNotReadyAddresses === true || (serving && !terminating), serving, terminating };
}

export function readyCondition({
  status,
}: Pod): NonNullable<NonNullable<Pod["status"]>["conditions"]>[number] | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready");
}

/** A pod's own name within a headless Service: `web-0.web`. */
export function hostnameIn({ spec, metadata }: Pod, service: Service): string | undefined {
  const isNamed = spec.hostname && spec.subdomain === service.metadata.name;
  return isNamed && metadata.namespace === service.metadata.namespace ? spec.hostname : undefined;
}
