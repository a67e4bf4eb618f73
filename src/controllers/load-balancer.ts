import { keyOf, type ObjectKey, sameTree } from "../api/object.ts";
import type { LoadBalancerStatus, Node, Service } from "../api/types.gen.ts";
import type { WatchEvent } from "../client/client.ts";
import { nodes } from "../resources/core/node.ts";
import { services } from "../resources/core/service.ts";
import { type Controller, type ControllerContext, type Requeue, watching } from "./controller.ts";
import { balancerChange, wantsLoadBalancer } from "./load-balancer-change.ts";

const component = "service-controller";
const finalizer = "service.kubernetes.io/load-balancer-cleanup";
const excludingLabel = "node.kubernetes.io/exclude-from-external-load-balancers";

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
  /** Those that must be ensured again, since something about them has changed. */
  const changed = new Set<string>();
  const hosts = new Set<string>();
  let wake = (_key: ObjectKey): void => {};
  const freed = (): void => {
    for (const other of waiting.values()) wake(other);
  };
  return {
    name: component,
    reconciles: services,
    watches: [
      watching(services, ({ object, previous }, context) => {
        const change = previous && balancerChange(previous, object);
        if (!change) return [];
        const { reason, message } = change;
        if (reason !== undefined && message !== undefined) tell(object, context, { reason, message });
        changed.add(`${object.metadata.namespace}/${object.metadata.name}`);
        return [];
      }),
      watching(nodes, (event, context) => {
        if (hostsChange(event, hosts)) tellOfHosts(hosts, context);
        return [];
      }),
    ],

    start({ informers }, wakeUp) {
      wake = wakeUp;
      for (const node of informers.for(nodes).list()) if (isHost(node)) hosts.add(node.metadata.name);
    },

    async reconcile(key, context) {
      const id = `${key.namespace}/${key.name}`;
      const service = context.informers.for(services).get(key);
      const isChanged = changed.delete(id);
      if (service && wantsLoadBalancer(service) && !service.metadata.deletionTimestamp) {
        const { outcome, requeue } = await ensure(service, { addresses, making, id, context, isChanged, freed });
        if (outcome === "no address") waiting.set(id, key);
        else waiting.delete(id);
        return requeue;
      }
      making.delete(id);
      waiting.delete(id);
      if (!service || !isHeld(service)) return undefined;
      await clean(service, addresses, context);
      freed();
      return undefined;
    },
  };
}

interface Making {
  readonly readyAt: number;
  /** Why there is no address, as it was last told. */
  problem: string | undefined;
}

/** Whether the nodes behind load balancers are others than before; `hosts` is brought up to date. */
function hostsChange({ type, object }: WatchEvent<Node>, hosts: Set<string>): boolean {
  const { name } = object.metadata;
  if (type !== "DELETED" && isHost(object)) return hosts.size !== hosts.add(name).size;
  return hosts.delete(name);
}

function isHost({ metadata }: Node): boolean {
  return metadata.labels?.[excludingLabel] === undefined;
}

function tellOfHosts(hosts: ReadonlySet<string>, context: ControllerContext): void {
  for (const service of context.informers.for(services).list()) {
    if (!wantsLoadBalancer(service) || !service.status?.loadBalancer?.ingress?.length) continue;
    if (hosts.size > 0) {
      tell(service, context, { reason: "UpdatedLoadBalancer", message: "Updated load balancer with new hosts" });
    } else {
      const message = "There are no available nodes for LoadBalancer";
      context.events.record(service, { component }, { type: "Warning", reason: "UnAvailableLoadBalancer", message });
    }
  }
}

function isHeld({ metadata }: Service): boolean {
  return metadata.finalizers?.includes(finalizer) ?? false;
}

interface Ensuring {
  readonly addresses: LoadBalancerAddresses;
  readonly making: Map<string, Making>;
  readonly id: string;
  readonly context: ControllerContext;
  readonly isChanged: boolean;
  /** Says that an address has become free. */
  freed(): void;
}

interface Ensured {
  readonly outcome: "done" | "later" | "no address";
  readonly requeue?: Requeue;
}

async function ensure(service: Service, ensuring: Ensuring): Promise<Ensured> {
  const { addresses, making, id, context, isChanged } = ensuring;
  const { client, events, clock } = context;
  const held = service.status?.loadBalancer?.ingress?.[0]?.ip;
  let work = making.get(id);
  if (held && !work && !isChanged) return { outcome: "done" };
  if (!work || isChanged) {
    work = { readyAt: clock.now() + addresses.provisionMs, problem: undefined };
    making.set(id, work);
    tell(service, context, { reason: "EnsuringLoadBalancer", message: "Ensuring load balancer" });
    if (!isHeld(service)) await setFinalizers(service, [...(service.metadata.finalizers ?? []), finalizer], client);
  }
  const leftMs = work.readyAt - clock.now();
  if (leftMs > 0) return { outcome: "later", requeue: { requeueAfterMs: leftMs } };
  const { ip, problem } = addressFor(service, held, addresses);
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
  if (held && held !== ip) {
    addresses.release(held);
    ensuring.freed();
  }
  return { outcome: "done" };
}

/** The address that it has stays unless another is asked for. */
function addressFor(
  { spec }: Service,
  held: string | undefined,
  addresses: LoadBalancerAddresses,
): { readonly ip?: string; readonly problem?: string } {
  const asked = spec.loadBalancerIP;
  if (held && (!asked || asked === held)) return { ip: held };
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
