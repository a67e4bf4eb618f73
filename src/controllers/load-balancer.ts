import { keyOf, type ObjectKey, sameTree } from "../api/object.ts";
import type { LoadBalancerStatus, Service } from "../api/types.gen.ts";
import { services } from "../resources/core/service.ts";
import type { Controller, ControllerContext, Requeue } from "./controller.ts";

const component = "service-controller";
const finalizer = "service.kubernetes.io/load-balancer-cleanup";

/** Where the addresses of load balancers come from. */
export interface LoadBalancerAddresses {
  /** How long making a load balancer takes. */
  readonly provisionMs: number;
  /** undefined: none is left. */
  take(): string | undefined;
  /** Takes the address that `loadBalancerIP` names; otherwise a text says why it cannot be had. */
  reserve(ip: string): true | string;
  release(ip: string): void;
}

/**
 * Gives Services of type LoadBalancer an address, as a cloud would: `<pending>` first, and for as long as there is none.
 * https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer
 */
export function loadBalancerController(addresses: LoadBalancerAddresses): Controller<Service> {
  const making = new Map<string, Making>();
  /** Those that found no address: an address that becomes free is their chance. */
  const waiting = new Map<string, ObjectKey>();
  let wake = (_key: ObjectKey): void => {};
  return {
    name: component,
    reconciles: services,

    start(_context, wakeUp) {
      wake = wakeUp;
    },

    async reconcile(key, context) {
      const id = `${key.namespace}/${key.name}`;
      const service = context.informers.for(services).get(key);
      if (service && wantsLoadBalancer(service)) {
        const { outcome, requeue } = await ensure(service, { addresses, making, id, context });
        if (outcome === "no address") waiting.set(id, key);
        else waiting.delete(id);
        return requeue;
      }
      making.delete(id);
      waiting.delete(id);
      if (!service || !isHeld(service)) return undefined;
      await clean(service, addresses, context);
      for (const other of waiting.values()) wake(other);
      return undefined;
    },
  };
}

interface Making {
  readonly readyAt: number;
  /** Why there is no address, as it was last told. */
  problem: string | undefined;
}

/** One with a class is somebody else's business. */
function wantsLoadBalancer({ spec, metadata }: Service): boolean {
  return spec.type === "LoadBalancer" && !spec.loadBalancerClass && !metadata.deletionTimestamp;
}

function isHeld({ metadata }: Service): boolean {
  return metadata.finalizers?.includes(finalizer) ?? false;
}

interface Ensuring {
  readonly addresses: LoadBalancerAddresses;
  readonly making: Map<string, Making>;
  readonly id: string;
  readonly context: ControllerContext;
}

interface Ensured {
  readonly outcome: "done" | "later" | "no address";
  readonly requeue?: Requeue;
}

async function ensure(service: Service, { addresses, making, id, context }: Ensuring): Promise<Ensured> {
  const { client, events, clock } = context;
  if (service.status?.loadBalancer?.ingress?.[0]?.ip) return { outcome: "done" };
  let work = making.get(id);
  if (!work) {
    work = { readyAt: clock.now() + addresses.provisionMs, problem: undefined };
    making.set(id, work);
    tell(service, context, { reason: "EnsuringLoadBalancer", message: "Ensuring load balancer" });
    if (!isHeld(service)) await setFinalizers(service, [...(service.metadata.finalizers ?? []), finalizer], client);
  }
  const leftMs = work.readyAt - clock.now();
  if (leftMs > 0) return { outcome: "later", requeue: { requeueAfterMs: leftMs } };
  const { ip, problem } = addressFor(service, addresses);
  if (ip === undefined) {
    const message = `Error syncing load balancer: failed to ensure load balancer: ${problem}`;
    const isNews = work.problem !== problem;
    work.problem = problem;
    if (isNews) events.record(service, { component }, { type: "Warning", reason: "SyncLoadBalancerFailed", message });
    return { outcome: "no address" };
  }
  making.delete(id);
  await writeStatus(service, { ingress: [{ ip, ipMode: "VIP" }] }, client);
  tell(service, context, { reason: "EnsuredLoadBalancer", message: "Ensured load balancer" });
  return { outcome: "done" };
}

function addressFor(
  { spec }: Service,
  addresses: LoadBalancerAddresses,
): { readonly ip?: string; readonly problem?: string } {
  const asked = spec.loadBalancerIP;
  if (asked) {
    const reserved = addresses.reserve(asked);
    return reserved === true ? { ip: asked } : { problem: reserved };
  }
  const ip = addresses.take();
  return ip === undefined ? { problem: "no address is left" } : { ip };
}

/** No longer a load balancer, or on its way out: its address is free again. */
async function clean(service: Service, addresses: LoadBalancerAddresses, context: ControllerContext): Promise<void> {
  const { client } = context;
  tell(service, context, { reason: "DeletingLoadBalancer", message: "Deleting load balancer" });
  for (const { ip } of service.status?.loadBalancer?.ingress ?? []) if (ip) addresses.release(ip);
  await writeStatus(service, {}, client);
  const finalizers = (service.metadata.finalizers ?? []).filter((one) => one !== finalizer);
  await setFinalizers(service, finalizers, client);
  tell(service, context, { reason: "DeletedLoadBalancer", message: "Deleted load balancer" });
}

function tell(service: Service, { events }: ControllerContext, event: { reason: string; message: string }): void {
  events.record(service, { component }, { type: "Normal", ...event });
}

async function setFinalizers(
  service: Service,
  finalizers: readonly string[],
  client: ControllerContext["client"],
): Promise<void> {
  await client.patch(services, keyOf(service), { metadata: { finalizers } });
}

async function writeStatus(
  service: Service,
  loadBalancer: LoadBalancerStatus,
  client: ControllerContext["client"],
): Promise<void> {
  if (sameTree(service.status?.loadBalancer, loadBalancer)) return;
  const status = { loadBalancer: { ingress: loadBalancer.ingress ?? null } };
  await client.patch(services, keyOf(service), { status }, "status");
}
