import type { ObjectKey } from "../api/object.ts";
import type { Lease } from "../api/types.gen.ts";
import { leases } from "../resources/coordination/lease.ts";
import { microTimestamp } from "../sim/clock.ts";
import type { Controller, ControllerContext } from "./controller.ts";

const namespace = "kube-system";
/** By the name of its lease, how a component names itself in events. */
const components = new Map([
  ["kube-controller-manager", "kube-controller-manager"],
  ["kube-scheduler", "default-scheduler"],
]);
const leaseSeconds = 15;

export interface ComponentLeaseOptions {
  /** The node that the leases name. */
  readonly host: string;
  /** How often they are renewed, in ms: real components do it every 2 s, and within 10 s at the latest. */
  readonly renewMs: number;
}

/** Holds the leases by which the control plane's components say who leads. https://kubernetes.io/docs/concepts/architecture/leases/#leader-election */
export function componentLeases({ host, renewMs }: ComponentLeaseOptions): Controller<Lease> {
  const identities = new Map<string, string>();
  return {
    name: "leader-election",
    reconciles: leases,
    // What it writes itself is no news to it.
    isNews: ({ type, object }) => object.metadata.namespace === namespace && type === "DELETED",

    start({ random }, wake) {
      for (const name of components.keys()) {
        identities.set(name, `${host}_${random.uuid()}`);
        wake({ namespace, name });
      }
    },

    async reconcile(key, context) {
      const holder = identities.get(key.name);
      if (key.namespace !== namespace || holder === undefined) return undefined;
      const lease = context.informers.for(leases).get(key);
      if (lease && isHeldByAnother(lease, holder, context.clock.now())) return { requeueAfterMs: renewMs };
      await hold(key, holder, context);
      return { requeueAfterMs: renewMs };
    },
  };
}

function isHeldByAnother({ spec }: Lease, holder: string, now: number): boolean {
  const { holderIdentity = holder, leaseDurationSeconds = 0, renewTime } = spec;
  return holderIdentity !== holder && Date.parse(renewTime ?? "") + leaseDurationSeconds * 1000 > now;
}

/** Renews what it holds, and takes what nobody holds any more. */
async function hold(key: ObjectKey, holderIdentity: string, context: ControllerContext): Promise<void> {
  const { client, informers, clock } = context;
  const lease = informers.for(leases).get(key);
  const now = microTimestamp(clock);
  const held = { holderIdentity, leaseDurationSeconds: leaseSeconds, renewTime: now };
  if (!lease) {
    const spec = { ...held, acquireTime: now, leaseTransitions: 0 };
    const first = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: key, spec };
    tellLeader(await client.create(leases, first), context);
  } else if (lease.spec.holderIdentity === holderIdentity) {
    await client.patch(leases, key, { spec: held });
  } else {
    const leaseTransitions = (lease.spec.leaseTransitions ?? 0) + 1;
    tellLeader(await client.patch(leases, key, { spec: { ...held, acquireTime: now, leaseTransitions } }), context);
  }
}

function tellLeader(lease: Lease, { events }: ControllerContext): void {
  const component = components.get(lease.metadata.name) ?? "";
  const message = `${lease.spec.holderIdentity ?? ""} became leader`;
  events.record(lease, { component }, { type: "Normal", reason: "LeaderElection", message });
}
