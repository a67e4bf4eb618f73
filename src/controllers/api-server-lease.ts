import { createHash } from "node:crypto";

import type { ObjectKey } from "../api/object.ts";
import type { Lease } from "../api/types.gen.ts";
import { leases } from "../resources/coordination/lease.ts";
import { microTimestamp } from "../sim/clock.ts";
import type { Controller } from "./controller.ts";

const namespace = "kube-system";
const leaseSeconds = 3600;

export interface ApiServerLeaseOptions {
  /** The machine that it runs on. */
  readonly host: string;
  /** How often it is renewed: every 10 s by a real API server. */
  readonly renewMs: number;
}

/**
 * Renews the lease by which the API server says that it is there; others may count API servers by it.
 * https://kubernetes.io/docs/concepts/architecture/leases/#api-server-identity
 */
export function apiServerLease({ host, renewMs }: ApiServerLeaseOptions): Controller<Lease> {
  const key: ObjectKey = { namespace, name: identityOf(host) };
  const labels = { "apiserver.kubernetes.io/identity": "kube-apiserver", "kubernetes.io/hostname": host };
  let holderIdentity = "";
  return {
    name: "api-server-identity-lease",
    reconciles: leases,
    // What it writes itself is no news to it.
    isNews: ({ type, object }) => object.metadata.name === key.name && type === "DELETED",

    start({ random }, wake) {
      holderIdentity = `${key.name}_${random.fork("api-server-lease").uuid()}`;
      wake(key);
    },

    async reconcile({ name }, { client, clock, informers }) {
      if (name !== key.name) return undefined;
      const spec = { holderIdentity, leaseDurationSeconds: leaseSeconds, renewTime: microTimestamp(clock) };
      if (informers.for(leases).get(key)) await client.patch(leases, key, { spec });
      else await client.create(leases, { ...leaseKind, metadata: { ...key, labels }, spec });
      return { requeueAfterMs: renewMs };
    },
  };
}

const leaseKind = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" };
const base32 = "abcdefghijklmnopqrstuvwxyz234567";

/** A name made of the machine's: 128 bits of its hash, five to a letter. */
function identityOf(host: string): string {
  const hash = createHash("sha256").update(host).digest().subarray(0, 16);
  const bits = [...hash].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const letters = bits.match(/.{1,5}/gu) ?? [];
  return `apiserver-${letters.map((five) => base32[Number.parseInt(five.padEnd(5, "0"), 2)]).join("")}`;
}
