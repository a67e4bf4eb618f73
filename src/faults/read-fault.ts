import { parseDuration } from "../api/duration.ts";
import { quantityError, quantityValue } from "../api/quantity.ts";
import { parseLabelSelector } from "../api/selectors.ts";
import type { ConnectionFault, Fault, FaultTarget, NodeLoadFault } from "./fault.ts";

/** A fault in numbers. */
export type ReadFault =
  | { readonly kind: "node"; readonly node: string; readonly state: "stopped" | "cut-off" }
  | { readonly kind: "load"; readonly node: string; readonly taken: ReadonlyMap<NodeResource, ReadAmount> }
  | ReadConnectionFault;

export type NodeResource = keyof NodeLoadFault["taken"];

/** So much of a resource, or such a share of all there is. */
export type ReadAmount = { readonly amount: number } | { readonly share: number };

export interface ReadConnectionFault {
  readonly kind: "connection";
  readonly from: ReadTarget | undefined;
  readonly to: ReadTarget | undefined;
  readonly port: number | undefined;
  readonly latencyMs: number;
  readonly jitterMs: number;
  readonly loss: number;
  readonly refuse: number;
  readonly drop: number;
  readonly cut: boolean;
}

export interface ReadTarget {
  readonly namespace: string;
  readonly pod: string | undefined;
  readonly node: string | undefined;
  readonly ip: string | undefined;
  readonly labels: ((labels: Readonly<Record<string, string>>) => boolean) | undefined;
}

const connectionFields = ["from", "to", "port", "latency", "jitter", "loss", "refuse", "drop", "cut"];
const targetFields = ["namespace", "pod", "labels", "node", "ip"];
const nodeResources: readonly NodeResource[] = ["memory", "ephemeral-storage", "pids"];
const dnsPort = 53;

/** Throws an Error that says what is wrong with a fault, which may come from a file. */
export function readFault(fault: Fault, namespace: string): ReadFault {
  if (typeof fault !== "object" || fault === null)
    throw new Error(`a fault must be a mapping, not ${JSON.stringify(fault)}`);
  if ("taken" in fault) return readLoadFault(fault);
  if ("node" in fault) {
    checkFields(fault, ["node", "state"], "a fault of a node");
    const states = ["stopped", "cut-off"];
    if (!states.includes(fault.state)) throw new Error(`state must be one of ${states.join(", ")}`);
    return { kind: "node", node: fault.node, state: fault.state };
  }
  if ("dns" in fault) {
    checkFields(fault, ["dns"], "a fault of DNS");
    if (fault.dns !== "down") throw new Error("dns must be down");
    const to = { namespace: "kube-system", labels: "k8s-app=kube-dns" };
    return readConnectionFault({ to, port: dnsPort, drop: true }, namespace);
  }
  return readConnectionFault(fault, namespace);
}

function readLoadFault(fault: NodeLoadFault): ReadFault {
  checkFields(fault, ["node", "taken"], "a fault of a node");
  checkFields(fault.taken, nodeResources, "taken");
  const amounts = Object.entries(fault.taken).map(
    ([name, value]) => [name as NodeResource, readAmount(name, value)] as const,
  );
  if (amounts.length === 0) throw new Error(`taken needs one of ${nodeResources.join(", ")}`);
  return { kind: "load", node: fault.node, taken: new Map(amounts) };
}

function readAmount(name: string, value: string | number): ReadAmount {
  const text = String(value);
  if (/^\d+(?:\.\d+)?%$/u.test(text)) return { share: Number(text.slice(0, -1)) / 100 };
  if (quantityError(text) === undefined) return { amount: quantityValue(text) };
  throw new Error(`taken.${name} must be a quantity such as 7Gi or a share such as 95%, not ${JSON.stringify(value)}`);
}

function readConnectionFault(fault: ConnectionFault, namespace: string): ReadConnectionFault {
  checkFields(fault, connectionFields, "a fault");
  const { port, latency = 0, jitter = 0, loss = 0, refuse = false, drop = false, cut = false } = fault;
  if (![latency, jitter, loss, refuse, drop, cut].some((value) => value !== 0 && value !== false)) {
    throw new Error("a fault needs one of latency, jitter, loss, refuse, drop, cut");
  }
  if (port !== undefined && !Number.isInteger(port))
    throw new Error(`port must be a number, not ${JSON.stringify(port)}`);
  return {
    kind: "connection",
    from: fault.from === undefined ? undefined : readTarget(fault.from, namespace),
    to: fault.to === undefined ? undefined : readTarget(fault.to, namespace),
    port,
    latencyMs: milliseconds(latency),
    jitterMs: milliseconds(jitter),
    loss: share(loss, "loss"),
    refuse: share(refuse, "refuse"),
    drop: share(drop, "drop"),
    cut,
  };
}

function readTarget(target: FaultTarget, namespace: string): ReadTarget {
  if (typeof target === "string") return readTarget({ labels: target }, namespace);
  checkFields(target, targetFields, "an end of a fault");
  const { pod, node, ip, labels } = target;
  return {
    namespace: target.namespace ?? namespace,
    pod,
    node,
    ip,
    labels: labels === undefined ? undefined : parseLabelSelector(labels),
  };
}

function checkFields(fault: object, known: readonly string[], what: string): void {
  const unknown = Object.keys(fault).find((field) => !known.includes(field));
  if (unknown !== undefined)
    throw new Error(`${what} has no field ${JSON.stringify(unknown)}; it has ${known.join(", ")}`);
}

function milliseconds(duration: string | number): number {
  return typeof duration === "number" ? duration : parseDuration(duration);
}

function share(value: boolean | string | number, field: string): number {
  if (typeof value === "boolean") return value ? 1 : 0;
  const number =
    typeof value === "number" ? value : value.endsWith("%") ? Number(value.slice(0, -1)) / 100 : Number(value);
  if (number >= 0 && number <= 1) return number;
  throw new Error(`${field} must be a share such as 10% or 0.1, not ${JSON.stringify(value)}`);
}
