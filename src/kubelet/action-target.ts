import type { Container } from "../api/types.gen.ts";
import type { SessionStreams } from "../client/node-agents.ts";
import type { Network } from "../network/network.ts";
import type { Clock } from "../sim/clock.ts";

/** Whom a probe or a lifecycle hook acts on, and what with. */
export interface ActionTarget {
  readonly clock: Clock;
  readonly network: Network;
  /** The node's IP: the kubelet knocks from there. */
  readonly from: string;
  /** The pod's IP. */
  readonly ip: string;
  readonly container: Container;
  /** IPv4 addresses of a name, as the node resolves it. */
  lookup(name: string): Promise<readonly string[]>;
  /** Runs a command in the container. Rejects with ExecError. */
  exec(command: readonly string[], streams: SessionStreams): Promise<number>;
}

/** What is asked for cannot be done at all, whatever the container does. */
export class ActionError extends Error {}

/** A port by number or by its name in the container. Throws ActionError. */
export function portOf(port: number | string, { ports = [] }: Container): number {
  const named = typeof port === "string" ? ports.find(({ name }) => name === port)?.containerPort : port;
  const number = named ?? Number(port);
  if (Number.isNaN(number)) throw new ActionError(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`);
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new ActionError(`invalid port number: ${number}`);
  return number;
}
