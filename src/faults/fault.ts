/** Which pods or addresses a fault is about: a label selector (`app=web`), or all that is given here. */
export type FaultTarget =
  | string
  | {
      /** Of the pods: `default` unless given, or the namespace of the ConfigMap. */
      readonly namespace?: string;
      readonly pod?: string;
      /** A label selector. */
      readonly labels?: string;
      /** The node itself and the pods on it. */
      readonly node?: string;
      readonly ip?: string;
    };

/** A worse network between two ends; an end that is left out is anybody. `to` is where connections really go: pods, not Services. */
export interface ConnectionFault {
  readonly from?: FaultTarget;
  readonly to?: FaultTarget;
  readonly port?: number;
  /** Added to each round trip: `200ms`, or ms. */
  readonly latency?: string | number;
  /** The latency varies by as much, up and down. */
  readonly jitter?: string | number;
  /** The share of packets that are lost: `10%`, or 0.1. What is lost is sent again, as TCP does. */
  readonly loss?: string | number;
  /** The share of new connections that are refused; true: all. */
  readonly refuse?: boolean | string | number;
  /** The share of new connections that nothing answers; true: all, and nothing gets through on open ones. */
  readonly drop?: boolean | string | number;
  /** Resets the connections that are open when the fault begins. */
  readonly cut?: boolean;
}

/**
 * "stopped": without power, its pods die with it. "cut-off": it runs on, but nothing goes in or out: its kubelet is not
 * heard and hears of no pod. ConfigMaps, Secrets and Services of its pods go on changing, since the whole cluster shares them.
 */
export interface NodeFault {
  readonly node: string;
  readonly state: "stopped" | "cut-off";
}

/** All but the pods takes this much of a node, its own daemons included: quantities, or shares of all there is (`95%`). */
export interface NodeLoadFault {
  readonly node: string;
  readonly taken: {
    readonly memory?: string;
    readonly "ephemeral-storage"?: string;
    readonly pids?: string | number;
  };
}

/** The cluster's DNS does not answer. */
export interface DnsFault {
  readonly dns: "down";
}

export type Fault = ConnectionFault | NodeFault | NodeLoadFault | DnsFault;
