import type { Lease } from "../api/types.gen.ts";
import { leases } from "../resources/coordination/lease.ts";
import { microTimestamp } from "../sim/clock.ts";
import type { Controller } from "./controller.ts";

const namespace = "kube-system";
const components = ["kube-controller-manager", "kube-scheduler"];
/** Real ones hold theirs for 15 s and renew it every 2 s: here that would only keep the clock busy. */
const leaseSeconds = 7200;

/** Holds the leases by which the control plane's components say who leads. https://kubernetes.io/docs/concepts/architecture/leases/#leader-election */
export function componentLeases(host: string): Controller<Lease> {
  const identities = new Map<string, string>();
  return {
    name: "leader-election",
    reconciles: leases,
    isNews: ({ object }) => object.metadata.namespace === namespace,

    start({ random }, wake) {
      for (const name of components) {
        identities.set(name, `${host}_${random.uuid()}`);
        wake({ namespace, name });
      }
    },

    async reconcile(key, { client, informers, clock }) {
      const holderIdentity = identities.get(key.name);
      if (key.namespace !== namespace || holderIdentity === undefined) return undefined;
      const lease = informers.for(leases).get(key);
      const now = microTimestamp(clock);
      const renewed = Date.parse(lease?.spec.renewTime ?? "") || 0;
      const dueMs = renewed + (leaseSeconds / 2) * 1000 - clock.now();
      if (lease?.spec.holderIdentity === holderIdentity && dueMs > 0) return { requeueAfterMs: dueMs };
      const spec = { holderIdentity, leaseDurationSeconds: leaseSeconds, renewTime: now };
      if (lease) {
        await client.patch(leases, key, { spec });
      } else {
        const first = { acquireTime: now, leaseTransitions: 0 };
        await client.create(leases, {
          apiVersion: "coordination.k8s.io/v1",
          kind: "Lease",
          metadata: key,
          spec: { ...spec, ...first },
        });
      }
      return { requeueAfterMs: (leaseSeconds / 2) * 1000 };
    },
  };
}
