import { type KubeObject, keyOf, type ObjectKey, sameTree } from "../../api/object.ts";
import type { DiscoveryV1EndpointPort, Endpoint, EndpointSlice, Node, Pod, Service } from "../../api/types.gen.ts";
import { deleteIfPresent } from "../../client/delete-if-present.ts";
import { nodes } from "../../resources/core/node.ts";
import { services } from "../../resources/core/service.ts";
import { endpointSlices } from "../../resources/discovery/endpoint-slice.ts";
import { type Controller, type ControllerContext, watching } from "../controller.ts";
import { controllerReference } from "../pods/pod-control.ts";
import {
  conditionsOf,
  hasSelector,
  hostnameIn,
  podsBehind,
  targetPortIn,
  wakeSelectingServices,
} from "./service-pods.ts";

const mostPerSlice = 100;
const managedBy = "endpointslice-controller.k8s.io";
export const serviceNameLabel = "kubernetes.io/service-name";
export const managedByLabel = "endpointslice.kubernetes.io/managed-by";
const zoneLabel = "topology.kubernetes.io/zone";
const headlessLabel = "service.kubernetes.io/headless";

type Port = DiscoveryV1EndpointPort;

/** Endpoints again, a hundred to a slice, so that a change is small. https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/ */
export const endpointSliceController: Controller<Service> = {
  name: "endpointslice-controller",
  reconciles: services,
  watches: [
    wakeSelectingServices,
    watching(endpointSlices, ({ object }) => (isOurs(object) ? [serviceKey(object)] : [])),
    watching(nodes, ({ object, previous }, { informers }) =>
      sameZone(object, previous)
        ? []
        : informers
            .for(services)
            .list()
            .map((one) => keyOf(one)),
    ),
  ],

  start({ informers }) {
    informers
      .for(endpointSlices)
      .addIndex("service", (slice) => [
        `${slice.metadata.namespace ?? ""}/${slice.metadata.labels?.[serviceNameLabel] ?? ""}`,
      ]);
  },

  async reconcile(key, context) {
    const service = context.informers.for(services).get(key);
    const existing = context.informers
      .for(endpointSlices)
      .byIndex("service", `${key.namespace}/${key.name}`)
      .filter((slice) => isOurs(slice));
    if (!service || !hasSelector(service.spec)) {
      if (service) for (const slice of existing) await deleteIfPresent(context.client, endpointSlices, keyOf(slice));
      return;
    }
    const groups = groupsFor(service, context);
    for (const { ports, endpoints } of groups) {
      const mine = existing.filter((slice) => sameTree(slice.ports ?? [], ports));
      await fill(service, mine, { ports, endpoints, context });
    }
    const stale = existing.filter((slice) => !groups.some(({ ports }) => sameTree(slice.ports ?? [], ports)));
    for (const slice of stale) await deleteIfPresent(context.client, endpointSlices, keyOf(slice));
  },
};

function isOurs({ metadata }: EndpointSlice): boolean {
  return metadata.labels?.[managedByLabel] === managedBy;
}

function serviceKey({ metadata }: KubeObject): ObjectKey {
  return { namespace: metadata.namespace ?? "", name: metadata.labels?.[serviceNameLabel] ?? "" };
}

function sameZone(object: Node, previous: Node | undefined): boolean {
  return previous !== undefined && object.metadata.labels?.[zoneLabel] === previous.metadata.labels?.[zoneLabel];
}

interface Group {
  readonly ports: readonly Port[];
  readonly endpoints: Endpoint[];
}

/** Pods whose ports have the same numbers share slices. A Service without pods has one empty slice. */
function groupsFor(service: Service, context: ControllerContext): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const pod of podsBehind(service, context.informers)) {
    const ports = portsOf(service, pod);
    const id = JSON.stringify(ports);
    const group = groups.get(id) ?? { ports, endpoints: [] };
    groups.set(id, group);
    group.endpoints.push(endpointOf(pod, service, context));
  }
  if (groups.size === 0) return [{ ports: [], endpoints: [] }];
  return [...groups.values()];
}

function portsOf(service: Service, pod: Pod): readonly Port[] {
  return (service.spec.ports ?? []).flatMap((port) => {
    const number = targetPortIn(pod, port);
    if (number === undefined) return [];
    const { name = "", protocol = "TCP", appProtocol } = port;
    return [{ name, port: number, protocol, ...(appProtocol ? { appProtocol } : {}) }];
  });
}

function endpointOf(pod: Pod, service: Service, { informers }: ControllerContext): Endpoint {
  const nodeName = pod.spec.nodeName ?? "";
  const zone = informers.for(nodes).get({ namespace: "", name: nodeName })?.metadata.labels?.[zoneLabel];
  const hostname = hostnameIn(pod, service);
  const { name, namespace = "", uid = "" } = pod.metadata;
  return {
    addresses: [pod.status?.podIP ?? ""],
    conditions: { ...conditionsOf(pod, service) },
    ...(hostname ? { hostname } : {}),
    nodeName,
    targetRef: { kind: "Pod", namespace, name, uid },
    ...(zone ? { zone } : {}),
  };
}

/** Endpoints stay in the slice they are in; new ones fill the gaps; what remains gets new slices. */
async function fill(
  service: Service,
  slices: readonly EndpointSlice[],
  { ports, endpoints, context }: { ports: readonly Port[]; endpoints: readonly Endpoint[]; context: ControllerContext },
): Promise<void> {
  const waiting = new Map(endpoints.map((endpoint) => [endpoint.targetRef?.uid ?? "", endpoint]));
  const kept = slices.map((slice) => ({ slice, endpoints: takeKnown(slice, waiting) }));
  for (const entry of kept) entry.endpoints.push(...takeSome(waiting, mostPerSlice - entry.endpoints.length));
  const empty = kept.filter((entry) => entry.endpoints.length === 0);
  const nothing = empty.length === kept.length && waiting.size === 0;
  for (const entry of nothing ? empty.slice(1) : empty) {
    await deleteIfPresent(context.client, endpointSlices, keyOf(entry.slice));
  }
  for (const entry of nothing ? empty.slice(0, 1) : kept.filter((one) => one.endpoints.length > 0)) {
    await updateSlice(entry.slice, sliceFor(service, ports, entry.endpoints), context);
  }
  while (waiting.size > 0 || (nothing && kept.length === 0)) {
    await context.client.create(endpointSlices, sliceFor(service, ports, takeSome(waiting, mostPerSlice)));
    if (waiting.size === 0) return;
  }
}

function takeKnown({ endpoints }: EndpointSlice, waiting: Map<string, Endpoint>): Endpoint[] {
  return endpoints.flatMap(({ targetRef }) => {
    const uid = targetRef?.uid ?? "";
    const endpoint = waiting.get(uid);
    waiting.delete(uid);
    return endpoint ? [endpoint] : [];
  });
}

function takeSome(waiting: Map<string, Endpoint>, count: number): Endpoint[] {
  const taken = [...waiting].slice(0, Math.max(0, count));
  for (const [uid] of taken) waiting.delete(uid);
  return taken.map(([, endpoint]) => endpoint);
}

async function updateSlice(
  current: EndpointSlice,
  wanted: EndpointSlice,
  { client }: ControllerContext,
): Promise<void> {
  const same =
    sameTree(current.endpoints, wanted.endpoints) && sameTree(current.metadata.labels, wanted.metadata.labels);
  if (same) return;
  const metadata = { ...current.metadata, labels: wanted.metadata.labels ?? {} };
  await client.update(endpointSlices, { ...current, metadata, endpoints: wanted.endpoints });
}

function sliceFor(service: Service, ports: readonly Port[], endpoints: readonly Endpoint[]): EndpointSlice {
  const { name, namespace = "", labels } = service.metadata;
  const isHeadless = service.spec.clusterIP === "None";
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "",
      generateName: `${name}-`,
      namespace,
      labels: {
        ...labels,
        [managedByLabel]: managedBy,
        [serviceNameLabel]: name,
        ...(isHeadless ? { [headlessLabel]: "" } : {}),
      },
      ownerReferences: [controllerReference(service)],
    },
    addressType: "IPv4",
    endpoints,
    ports,
  };
}
