import { type KubeObject, keyOf, type ObjectKey, sameTree } from "../../api/object.ts";
import type { Endpoint, EndpointSlice, Node, Pod, Service } from "../../api/types.gen.ts";
import { deleteIfPresent } from "../../client/delete-if-present.ts";
import { serviceNameLabel, slicesByService } from "../../client/service-slices.ts";
import { nodes } from "../../resources/core/node.ts";
import { services } from "../../resources/core/service.ts";
import { endpointSlices } from "../../resources/discovery/endpoint-slice.ts";
import { type Controller, type ControllerContext, watching } from "../controller.ts";
import { controllerReference } from "../pods/pod-control.ts";
import {
  conditionsOf,
  hasSelector,
  hostnameIn,
  indexServicePods,
  podsBehind,
  targetPortIn,
  wakeSelectingServices,
} from "./service-pods.ts";
import { type PlannedSlice, planSlices, type SliceGroup, type SlicePort } from "./slice-plan.ts";
import { hintsFor, zoneLabel } from "./topology-hints.ts";
import { TriggerTimes, withTriggerTime } from "./trigger-times.ts";

const managedBy = "endpointslice-controller.k8s.io";
export const managedByLabel = "endpointslice.kubernetes.io/managed-by";
const headlessLabel = "service.kubernetes.io/headless";

/** Endpoints again, a hundred to a slice, so that a change is small. https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/ */
export function endpointSliceController(): Controller<Service> {
  const triggers = new TriggerTimes();
  return {
    name: "endpointslice-controller",
    reconciles: services,
    watches: [
      wakeSelectingServices,
      watching(endpointSlices, ({ object }) => (isOurs(object) ? [serviceKey(object)] : [])),
      watching(nodes, ({ object, previous }, { informers }) =>
        matters(object, previous)
          ? informers
              .for(services)
              .list()
              .map((one) => keyOf(one))
          : [],
      ),
    ],

    start({ informers }) {
      indexServicePods(informers);
      slicesByService(informers);
    },

    async reconcile(key, context) {
      const service = context.informers.for(services).get(key);
      if (!service) triggers.forget(key);
      // What a Service without selector has, another made; what it had is left to it.
      if (!service || !hasSelector(service.spec)) return;
      const behind = podsBehind(service, context.informers);
      const time = triggers.next(service, behind);
      await write(service, { groups: groupsFor(service, behind, context), time, context });
    },
  };
}

function isOurs({ metadata }: EndpointSlice): boolean {
  return metadata.labels?.[managedByLabel] === managedBy;
}

function serviceKey({ metadata }: KubeObject): ObjectKey {
  return { namespace: metadata.namespace ?? "", name: metadata.labels?.[serviceNameLabel] ?? "" };
}

/** A node's zone is written into endpoints. */
function matters({ metadata }: Node, previous: Node | undefined): boolean {
  return metadata.labels?.[zoneLabel] !== previous?.metadata.labels?.[zoneLabel];
}

function groupsFor(service: Service, behind: readonly Pod[], context: ControllerContext): SliceGroup[] {
  const groups = new Map<string, { ports: readonly SlicePort[]; endpoints: Endpoint[] }>();
  for (const pod of behind) {
    const ports = portsOf(service, pod);
    const id = JSON.stringify(ports);
    const group = groups.get(id) ?? { ports, endpoints: [] };
    groups.set(id, group);
    group.endpoints.push(endpointOf(pod, service, context));
  }
  const hints = hintsFor(
    service,
    [...groups.values()].flatMap(({ endpoints }) => endpoints),
    () => context.informers.for(nodes).list(),
  );
  return [...groups.values()].map(({ ports, endpoints }) => ({
    ports,
    endpoints: endpoints.map((endpoint) => {
      const zone = hints.get(endpoint);
      return zone === undefined ? endpoint : { ...endpoint, hints: { forZones: [{ name: zone }] } };
    }),
  }));
}

function portsOf(service: Service, pod: Pod): readonly SlicePort[] {
  return (service.spec.ports ?? []).flatMap((port) => {
    const number = targetPortIn(pod, port);
    if (number === undefined) return [];
    const { name = "", protocol = "TCP", appProtocol } = port;
    return [{ name, port: number, protocol, ...(appProtocol ? { appProtocol } : {}) }];
  });
}

function endpointOf(pod: Pod, service: Service, { informers }: ControllerContext): Endpoint {
  const { nodeName } = pod.spec;
  const zone = informers.for(nodes).get({ namespace: "", name: nodeName ?? "" })?.metadata.labels?.[zoneLabel];
  const hostname = hostnameIn(pod, service);
  const { name, namespace = "", uid = "" } = pod.metadata;
  return {
    addresses: [pod.status?.podIP ?? ""],
    conditions: { ...conditionsOf(pod, service) },
    ...(hostname ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    targetRef: { kind: "Pod", namespace, name, uid },
    ...(zone ? { zone } : {}),
  };
}

interface Wanted {
  readonly groups: readonly SliceGroup[];
  readonly time: string | undefined;
  readonly context: ControllerContext;
}

async function write(service: Service, { groups, time, context }: Wanted): Promise<void> {
  const { client, informers } = context;
  const { name, namespace = "" } = service.metadata;
  const existing = slicesByService(informers)(`${namespace}/${name}`).filter((slice) => isOurs(slice));
  const plan = planSlices(existing, groups);
  for (const planned of plan.kept) {
    const { current } = planned;
    if (!current) await client.create(endpointSlices, sliceFor(service, planned, time));
    else if (!isSame(service, planned, current)) await client.update(endpointSlices, sliceFor(service, planned, time));
  }
  for (const slice of plan.dropped) await deleteIfPresent(client, endpointSlices, keyOf(slice));
}

function isSame(service: Service, { endpoints, ports }: PlannedSlice, current: EndpointSlice): boolean {
  return (
    sameTree(current.endpoints, endpoints) &&
    sameTree(current.ports ?? [], ports) &&
    sameTree(current.metadata.labels, labelsFor(service))
  );
}

function sliceFor(
  service: Service,
  { current, ports, endpoints }: PlannedSlice,
  time: string | undefined,
): EndpointSlice {
  const { name, namespace = "" } = service.metadata;
  const { annotations: old, ...metadata } = current?.metadata ?? {
    name: "",
    generateName: `${name}-`,
    namespace,
    ownerReferences: [controllerReference(service)],
  };
  const annotations = withTriggerTime(old, time);
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      ...metadata,
      labels: labelsFor(service),
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    addressType: "IPv4",
    endpoints,
    ports,
  };
}

function labelsFor({ metadata, spec }: Service): Record<string, string> {
  return {
    ...metadata.labels,
    [managedByLabel]: managedBy,
    [serviceNameLabel]: metadata.name,
    ...(spec.clusterIP === "None" ? { [headlessLabel]: "" } : {}),
  };
}
