import { keyOf, sameTree } from "../api/object.ts";
import type { LoadBalancerStatus, Service } from "../api/types.gen.ts";
import { services } from "../resources/core/service.ts";
import type { Controller, ControllerContext } from "./controller.ts";

const component = "service-controller";
const finalizer = "service.kubernetes.io/load-balancer-cleanup";

/** Where the addresses of load balancers come from. */
export interface LoadBalancerAddresses {
  /** undefined: none is left. */
  take(): string | undefined;
  reserve(ip: string): boolean;
  release(ip: string): void;
}

/**
 * Gives Services of type LoadBalancer an address, as a cloud would.
 * https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer
 */
export function loadBalancerController(addresses: LoadBalancerAddresses): Controller<Service> {
  return {
    name: component,
    reconciles: services,

    async reconcile(key, context) {
      const service = context.informers.for(services).get(key);
      if (!service) return;
      if (wantsLoadBalancer(service)) await ensure(service, addresses, context);
      else if (isHeld(service)) await clean(service, addresses, context);
    },
  };
}

/** One with a class is somebody else's business. */
function wantsLoadBalancer({ spec, metadata }: Service): boolean {
  return spec.type === "LoadBalancer" && !spec.loadBalancerClass && !metadata.deletionTimestamp;
}

function isHeld({ metadata }: Service): boolean {
  return metadata.finalizers?.includes(finalizer) ?? false;
}

async function ensure(service: Service, addresses: LoadBalancerAddresses, { client, events }: ControllerContext): Promise<void> {
  if (service.status?.loadBalancer?.ingress?.[0]?.ip) return;
  events.record(service, { component }, { type: "Normal", reason: "EnsuringLoadBalancer", message: "Ensuring load balancer" });
  const asked = service.spec.loadBalancerIP;
  const ip = asked && addresses.reserve(asked) ? asked : addresses.take();
  if (ip === undefined) {
    const message = "Error syncing load balancer: failed to ensure load balancer: no address is left";
    events.record(service, { component }, { type: "Warning", reason: "SyncLoadBalancerFailed", message });
    return;
  }
  if (!isHeld(service)) await client.patch(services, keyOf(service), { metadata: { finalizers: [...(service.metadata.finalizers ?? []), finalizer] } });
  await writeStatus(service, { ingress: [{ ip, ipMode: "VIP" }] }, client);
  events.record(service, { component }, { type: "Normal", reason: "EnsuredLoadBalancer", message: "Ensured load balancer" });
}

/** No longer a load balancer, or on its way out: its address is free again. */
async function clean(service: Service, addresses: LoadBalancerAddresses, { client, events }: ControllerContext): Promise<void> {
  events.record(service, { component }, { type: "Normal", reason: "DeletingLoadBalancer", message: "Deleting load balancer" });
  for (const { ip } of service.status?.loadBalancer?.ingress ?? []) if (ip) addresses.release(ip);
  await writeStatus(service, {}, client);
  const finalizers = (service.metadata.finalizers ?? []).filter((one) => one !== finalizer);
  await client.patch(services, keyOf(service), { metadata: { finalizers } });
  if (service.metadata.deletionTimestamp) return;
  events.record(service, { component }, { type: "Normal", reason: "DeletedLoadBalancer", message: "Deleted load balancer" });
}

async function writeStatus(service: Service, loadBalancer: LoadBalancerStatus, client: ControllerContext["client"]): Promise<void> {
  if (sameTree(service.status?.loadBalancer, loadBalancer)) return;
  await client.patch(services, keyOf(service), { status: { loadBalancer: { ingress: loadBalancer.ingress ?? null } } }, "status");
}
