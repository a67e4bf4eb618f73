import { cloneTree, type ObjectKey, sameTree } from "../../api/object.ts";
import type { EndpointAddress, Endpoints, EndpointSubset, Pod, Service } from "../../api/types.gen.ts";
import { deleteIfPresent } from "../../client/delete-if-present.ts";
import { endpoints } from "../../resources/core/endpoints.ts";
import { services } from "../../resources/core/service.ts";
import type { Controller, ControllerContext } from "../controller.ts";
import {
  conditionsOf,
  hasSelector,
  hostnameIn,
  indexServicePods,
  podsBehind,
  targetPortIn,
  wakeSelectingServices,
} from "./service-pods.ts";
import { triggerTimeAnnotation, TriggerTimes, withTriggerTime } from "./trigger-times.ts";

const most = 1000;
const capacityAnnotation = "endpoints.kubernetes.io/over-capacity";
const headlessLabel = "service.kubernetes.io/headless";

/** Lists the addresses of the pods behind each Service. https://kubernetes.io/docs/concepts/services-networking/service/#endpoints */
export function endpointsController(): Controller<Service> {
  const triggers = new TriggerTimes();
  return {
    name: "endpoint-controller",
    reconciles: services,
    watches: [wakeSelectingServices],

    start({ informers }) {
      indexServicePods(informers);
    },

    async reconcile(key, context) {
      const service = context.informers.for(services).get(key);
      if (!service) {
        triggers.forget(key);
        await removeOwn(key, context);
        return;
      }
      if (!hasSelector(service.spec)) return;
      const current = context.informers.for(endpoints).get(key);
      const behind = podsBehind(service, context.informers);
      const time = triggers.next(service, behind);
      const wanted = endpointsFor(service, behind, { current, time });
      if (!current) await context.client.create(endpoints, wanted);
      else if (!isSame(current, wanted)) await context.client.update(endpoints, wanted);
    },
  };
}

/** Endpoints end with their Service, hand-made ones too. */
async function removeOwn(key: ObjectKey, { client, informers }: ControllerContext): Promise<void> {
  if (informers.for(endpoints).get(key)) await deleteIfPresent(client, endpoints, key);
}

function endpointsFor(
  service: Service,
  behind: readonly Pod[],
  { current, time }: { current: Endpoints | undefined; time: string | undefined },
): Endpoints {
  const subsets = subsetsFor(service, behind);
  const total = subsets.reduce((sum, one) => sum + countOf(one), 0);
  const { [capacityAnnotation]: _old, ...others } = withTriggerTime(current?.metadata.annotations, time);
  const annotations = total > most ? { ...others, [capacityAnnotation]: "truncated" } : others;
  const isHeadless = service.spec.clusterIP === "None";
  const labels = { ...service.metadata.labels, ...(isHeadless ? { [headlessLabel]: "" } : {}) };
  const { labels: _labels, annotations: _annotations, ...metadata } = cloneTree(current?.metadata ?? { name: "" });
  return {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: {
      ...metadata,
      name: service.metadata.name,
      namespace: service.metadata.namespace ?? "",
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    ...(subsets.length > 0 ? { subsets: total > most ? truncated(subsets) : subsets } : {}),
  };
}

/** Pods whose ports have the same numbers stand together. */
function subsetsFor(service: Service, behind: readonly Pod[]): EndpointSubset[] {
  const groups = new Map<
    string,
    { ports: EndpointSubset["ports"]; ready: EndpointAddress[]; notReady: EndpointAddress[] }
  >();
  for (const pod of behind) {
    const conditions = conditionsOf(pod, service);
    if (conditions.terminating && service.spec.publishNotReadyAddresses !== true) continue;
    const ports = portsOf(service, pod);
    if (ports === undefined) continue;
    const id = JSON.stringify(ports);
    const group = groups.get(id) ?? { ports, ready: [], notReady: [] };
    groups.set(id, group);
    (conditions.ready ? group.ready : group.notReady).push(addressOf(pod, service));
  }
  return [...groups.values()].map(({ ports, ready, notReady }) =>
    subset({ ready: ready.toSorted(byIp), notReady: notReady.toSorted(byIp), ports }),
  );
}

function subset(parts: {
  ready: readonly EndpointAddress[];
  notReady: readonly EndpointAddress[];
  ports: EndpointSubset["ports"] | undefined;
}): EndpointSubset {
  const { ready, notReady, ports = [] } = parts;
  return {
    ...(ready.length > 0 ? { addresses: ready } : {}),
    ...(notReady.length > 0 ? { notReadyAddresses: notReady } : {}),
    ...(ports.length > 0 ? { ports } : {}),
  };
}

/** undefined: the pod has none of the Service's ports. A headless Service may have no ports at all. */
function portsOf(service: Service, pod: Pod): EndpointSubset["ports"] | undefined {
  const declared = service.spec.ports ?? [];
  const ports = declared.flatMap((port) => {
    const number = targetPortIn(pod, port);
    const { name, protocol = "TCP", appProtocol } = port;
    if (number === undefined) return [];
    return [{ ...(name ? { name } : {}), port: number, protocol, ...(appProtocol ? { appProtocol } : {}) }];
  });
  return ports.length === 0 && declared.length > 0 ? undefined : ports;
}

function addressOf(pod: Pod, service: Service): EndpointAddress {
  const hostname = hostnameIn(pod, service);
  const { name, namespace = "", uid = "" } = pod.metadata;
  return {
    ip: pod.status?.podIP ?? "",
    ...(hostname ? { hostname } : {}),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: { kind: "Pod", namespace, name, uid },
  };
}

function byIp(a: EndpointAddress, b: EndpointAddress): number {
  return a.ip < b.ip ? -1 : 1;
}

function countOf({ addresses = [], notReadyAddresses = [] }: EndpointSubset): number {
  return addresses.length + notReadyAddresses.length;
}

/** Ready addresses are kept before others. */
function truncated(subsets: readonly EndpointSubset[]): EndpointSubset[] {
  let room = most;
  const take = <T>(all: readonly T[]): readonly T[] => {
    const kept = all.slice(0, room);
    room -= kept.length;
    return kept;
  };
  const ready = subsets.map(({ addresses = [] }) => take(addresses));
  const kept = subsets.map(({ notReadyAddresses = [], ports }, index) =>
    subset({ ready: ready[index] ?? [], notReady: take(notReadyAddresses), ports }),
  );
  return kept.filter((one) => countOf(one) > 0);
}

/** When it changed is no change of its own. */
function isSame(current: Endpoints, wanted: Endpoints): boolean {
  const { [triggerTimeAnnotation]: _then, ...before } = current.metadata.annotations ?? {};
  const { [triggerTimeAnnotation]: _now, ...after } = wanted.metadata.annotations ?? {};
  return (
    sameTree(current.subsets, wanted.subsets) &&
    sameTree(current.metadata.labels ?? {}, wanted.metadata.labels ?? {}) &&
    sameTree(before, after)
  );
}
