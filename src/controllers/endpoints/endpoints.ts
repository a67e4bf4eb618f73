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
  podsBehind,
  targetPortIn,
  wakeSelectingServices,
} from "./service-pods.ts";

const most = 1000;
const capacityAnnotation = "endpoints.kubernetes.io/over-capacity";
const headlessLabel = "service.kubernetes.io/headless";

/** Lists the addresses of the pods behind each Service. https://kubernetes.io/docs/concepts/services-networking/service/#endpoints */
export const endpointsController: Controller<Service> = {
  name: "endpoint-controller",
  reconciles: services,
  watches: [wakeSelectingServices],

  async reconcile(key, context) {
    const service = context.informers.for(services).get(key);
    if (!service) {
      await removeOwn(key, context);
      return;
    }
    if (!hasSelector(service.spec)) return;
    const current = context.informers.for(endpoints).get(key);
    const wanted = endpointsFor(service, podsBehind(service, context.informers), current);
    if (!current) await context.client.create(endpoints, wanted);
    else if (!isSame(current, wanted)) await context.client.update(endpoints, wanted);
  },
};

/** Endpoints end with their Service, hand-made ones too. */
async function removeOwn(key: ObjectKey, { client, informers }: ControllerContext): Promise<void> {
  if (informers.for(endpoints).get(key)) await deleteIfPresent(client, endpoints, key);
}

function endpointsFor(service: Service, behind: readonly Pod[], current: Endpoints | undefined): Endpoints {
  const subsets = subsetsFor(service, behind);
  const total = subsets.reduce((sum, subset) => sum + countOf(subset), 0);
  const { labels, annotations } = current?.metadata ?? {};
  const { [headlessLabel]: _label, ...serviceLabels } = { ...labels, ...service.metadata.labels };
  const { [capacityAnnotation]: _annotation, ...otherAnnotations } = annotations ?? {};
  const isHeadless = service.spec.clusterIP === "None";
  const allAnnotations = total > most ? { ...otherAnnotations, [capacityAnnotation]: "truncated" } : otherAnnotations;
  return {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: {
      ...(current ? cloneTree(current.metadata) : {}),
      name: service.metadata.name,
      namespace: service.metadata.namespace ?? "",
      labels: isHeadless ? { ...serviceLabels, [headlessLabel]: "" } : serviceLabels,
      ...(Object.keys(allAnnotations).length > 0 ? { annotations: allAnnotations } : {}),
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
  return [...groups.values()].map(({ ports, ready, notReady }) => ({
    ...(ready.length > 0 ? { addresses: ready.toSorted(byIp) } : {}),
    ...(notReady.length > 0 ? { notReadyAddresses: notReady.toSorted(byIp) } : {}),
    ...(ports && ports.length > 0 ? { ports } : {}),
  }));
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
  const ready = subsets.map((subset) => ({ ...subset, addresses: take(subset.addresses ?? []) }));
  return ready.map((subset) => ({ ...subset, notReadyAddresses: take(subset.notReadyAddresses ?? []) }));
}

function isSame(current: Endpoints, wanted: Endpoints): boolean {
  return (
    sameTree(current.subsets, wanted.subsets) &&
    sameTree(current.metadata.labels, wanted.metadata.labels) &&
    sameTree(current.metadata.annotations, wanted.metadata.annotations)
  );
}
