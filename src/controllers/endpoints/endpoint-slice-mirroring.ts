import { keyOf, type KubeObject, type ObjectKey, sameTree } from "../../api/object.ts";
import type {
  DiscoveryV1EndpointPort,
  Endpoint,
  EndpointAddress,
  Endpoints,
  EndpointSlice,
  EndpointSubset,
} from "../../api/types.gen.ts";
import { deleteIfPresent } from "../../client/delete-if-present.ts";
import { serviceNameLabel, slicesByService } from "../../client/service-slices.ts";
import { endpoints } from "../../resources/core/endpoints.ts";
import { services } from "../../resources/core/service.ts";
import { endpointSlices } from "../../resources/discovery/endpoint-slice.ts";
import { ipFamilyOf } from "../../resources/ip.ts";
import { type Controller, type ControllerContext, watching } from "../controller.ts";
import { controllerReference } from "../pods/pod-control.ts";
import { managedByLabel } from "./endpoint-slice.ts";
import { hasSelector } from "./service-pods.ts";

const component = "endpoint-slice-mirroring-controller";
const managedBy = "endpointslicemirroring-controller.k8s.io";
const mostPerSubset = 1000;
const leaderAnnotation = "control-plane.alpha.kubernetes.io/leader";
/** What is said of the Endpoints alone. */
const ownAnnotations = new Set([
  "endpoints.kubernetes.io/last-change-trigger-time",
  "kubectl.kubernetes.io/last-applied-configuration",
]);
const skipLabel = "endpointslice.kubernetes.io/skip-mirror";

/** Makes slices of Endpoints that were made by hand. https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#endpointslice-mirroring */
export const endpointSliceMirroringController: Controller<Endpoints> = {
  name: "endpointslice-mirroring-controller",
  reconciles: endpoints,
  watches: [
    watching(services, ({ object }) => [keyOf(object)]),
    watching(endpointSlices, ({ object }) => (isOurs(object) ? [serviceKey(object)] : [])),
  ],

  async reconcile(key, context) {
    const { informers } = context;
    const source = informers.for(endpoints).get(key);
    const service = informers.for(services).get(key);
    const own = slicesByService(informers)(`${key.namespace}/${key.name}`).filter((slice) => isOurs(slice));
    const isMirrored = source && isMirrorable(source) && service && !hasSelector(service.spec);
    const wanted = isMirrored ? slicesFor(source) : [];
    await replace(own, wanted, context);
    if (isMirrored) tellOfSkipped(source, context);
  },
};

function isOurs({ metadata }: EndpointSlice): boolean {
  return metadata.labels?.[managedByLabel] === managedBy;
}

function serviceKey({ metadata }: KubeObject): ObjectKey {
  return { namespace: metadata.namespace ?? "", name: metadata.labels?.[serviceNameLabel] ?? "" };
}

function isMirrorable({ metadata }: Endpoints): boolean {
  return metadata.labels?.[skipLabel] !== "true" && metadata.annotations?.[leaderAnnotation] === undefined;
}

function tellOfSkipped(source: Endpoints, { events }: ControllerContext): void {
  const skipped = (source.subsets ?? []).reduce(
    (sum, subset) => sum + Math.max(0, endpointsOf(subset).length - mostPerSubset),
    0,
  );
  if (skipped === 0) return;
  const most = `A max of ${mostPerSubset} addresses can be mirrored to EndpointSlices per Endpoints subset`;
  const message = `${most}. ${skipped} addresses were skipped`;
  events.record(source, { component }, { type: "Warning", reason: "TooManyAddressesToMirror", message });
}

/** Slices keep their ports and kind of address; what no longer fits goes. */
async function replace(
  own: readonly EndpointSlice[],
  wanted: readonly EndpointSlice[],
  { client }: ControllerContext,
): Promise<void> {
  const free = new Set(own);
  for (const slice of wanted) {
    const current = [...free].find(
      (one) => one.addressType === slice.addressType && sameTree(one.ports ?? [], slice.ports ?? []),
    );
    if (!current) {
      await client.create(endpointSlices, slice);
      continue;
    }
    free.delete(current);
    const { labels = {}, annotations = {} } = slice.metadata;
    const isSame =
      sameTree(current.endpoints, slice.endpoints) &&
      sameTree(current.metadata.labels, labels) &&
      sameTree(current.metadata.annotations ?? {}, annotations);
    if (isSame) continue;
    await client.update(endpointSlices, {
      ...current,
      metadata: { ...current.metadata, labels, annotations },
      endpoints: slice.endpoints,
    });
  }
  for (const slice of free) await deleteIfPresent(client, endpointSlices, keyOf(slice));
}

/** One for each set of ports and kind of address, however many they are: subsets with the same ports share it. */
function slicesFor(source: Endpoints): readonly EndpointSlice[] {
  const slices: (EndpointSlice & { endpoints: Endpoint[] })[] = [];
  for (const subset of source.subsets ?? []) {
    const ports = portsOf(subset);
    for (const endpoint of endpointsOf(subset).slice(0, mostPerSubset)) {
      const addressType = ipFamilyOf(endpoint.addresses[0] ?? "") === "IPv6" ? "IPv6" : "IPv4";
      let slice = slices.find((one) => one.addressType === addressType && sameTree(one.ports, ports));
      if (!slice) slices.push((slice = { ...sliceFor(source, addressType, ports), endpoints: [] }));
      if (slice.endpoints.length < mostPerSubset) slice.endpoints.push(endpoint);
    }
  }
  return slices;
}

function endpointsOf({ addresses = [], notReadyAddresses = [] }: EndpointSubset): Endpoint[] {
  return [
    ...addresses.map((address) => endpointOf(address, true)),
    ...notReadyAddresses.map((address) => endpointOf(address, false)),
  ];
}

function endpointOf({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    ...(targetRef ? { targetRef } : {}),
  };
}

function portsOf({ ports = [] }: EndpointSubset): DiscoveryV1EndpointPort[] {
  return ports.map(({ name = "", port, protocol = "TCP", appProtocol }) => ({
    name,
    port,
    protocol,
    ...(appProtocol ? { appProtocol } : {}),
  }));
}

function sliceFor(
  source: Endpoints,
  addressType: EndpointSlice["addressType"],
  ports: DiscoveryV1EndpointPort[],
): EndpointSlice {
  const { name, namespace = "", labels, annotations = {} } = source.metadata;
  const kept = Object.entries(annotations).filter(([key]) => !ownAnnotations.has(key));
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "",
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, [managedByLabel]: managedBy, [serviceNameLabel]: name },
      ...(kept.length > 0 ? { annotations: Object.fromEntries(kept) } : {}),
      ownerReferences: [controllerReference(source)],
    },
    addressType,
    endpoints: [],
    ports,
  };
}
