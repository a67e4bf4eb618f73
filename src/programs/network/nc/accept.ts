import type { Duplex } from "node:stream";

import { type Address, NetworkError } from "../../../network/network.ts";
import type { Process } from "../../../runtime/process.ts";
import { Failure } from "../../failure.ts";
import { connectFailure } from "../address.ts";

export interface Accepted {
  readonly connection: Duplex;
  readonly remote: Address;
}

/** A port that takes one connection after the other. Throws Failure when it is taken. */
export function acceptOn(process: Process, port: number): { next(): Promise<Accepted>; close(): void } {
  const waiting: Accepted[] = [];
  let tell: ((accepted: Accepted) => void) | undefined;
  const accept = (connection: Duplex, remote: Address): void => {
    const accepted = { connection, remote };
    if (tell) tell(accepted);
    else waiting.push(accepted);
    tell = undefined;
  };
  const close = listen(process, port, accept);
  const next = (): Promise<Accepted> => {
    const first = waiting.shift();
    if (first) return Promise.resolve(first);
    const coming = new Promise<Accepted>((resolve) => {
      tell = resolve;
    });
    return process.waitFor(coming);
  };
  return { next, close };
}

function listen(process: Process, port: number, accept: (connection: Duplex, remote: Address) => void): () => void {
  try {
    return process.network.serveTcp(port, accept);
  } catch (error) {
    if (error instanceof NetworkError) throw new Failure(`bind: ${connectFailure(error, process)}`);
    throw error;
  }
}
