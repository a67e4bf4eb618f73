import type { Protocol } from "../network/network.ts";

/** One end of a flow. */
export interface FlowPeer {
  readonly ip: string;
  readonly port: number;
  /** `namespace/name` of the pod that had the address. */
  readonly pod?: string;
  readonly node?: string;
  /** True: this machine, outside the cluster. */
  readonly isHost?: boolean;
}

/**
 * What became of a flow. "accepted": somebody answered. "refused": nobody listens, or a Service has no endpoints.
 * "dropped": nothing came back. "blocked": a NetworkPolicy dropped it. "unreachable": no pod has the address.
 */
export type FlowVerdict = "accepted" | "refused" | "dropped" | "blocked" | "unreachable";

/** One connection, or the first datagram of an exchange, as it was told in the cluster. */
export interface Flow {
  /** RFC 3339 with milliseconds, of the cluster's clock. */
  readonly time: string;
  readonly protocol: Protocol;
  readonly from: FlowPeer;
  /** What was asked for. */
  readonly to: FlowPeer;
  /** `namespace/name` of the Service that was asked for. */
  readonly service?: string;
  /** Where the Service sent it. */
  readonly endpoint?: FlowPeer;
  readonly verdict: FlowVerdict;
  /** When the connection has ended: bytes as `from` sees them. */
  readonly bytes?: { readonly sent: number; readonly received: number };
  readonly durationMs?: number;
}
