import type { Duplex } from "node:stream";

import { Killed, type Process, SystemError } from "../../../runtime/process.ts";

export interface Relaying {
  /** Ends when nothing has passed for so long. */
  readonly idleMs: number | undefined;
  /** A FIN follows the end of stdin. */
  readonly endsWithInput: boolean;
  /** Ends as soon as the other end has said all, whatever stdin still holds. */
  readonly endsWithPeer?: boolean;
}

/** Carries stdin to a connection and what it answers to stdout, until both have ended: either may end first. */
export async function relay(process: Process, connection: Duplex, options: Relaying): Promise<void> {
  const { idleMs, endsWithInput, endsWithPeer = false } = options;
  const idle = idleTimer(process, idleMs);
  const sending = async (): Promise<void> => {
    for await (const chunk of process.stdin) {
      idle.touch();
      await written(connection, chunk);
    }
    if (endsWithInput) connection.end();
  };
  const receiving = async (): Promise<void> => {
    for await (const chunk of connection.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      idle.touch();
      await process.stdout.write(chunk);
    }
  };
  const sent = sending().catch(ignoreEnd);
  try {
    const received = receiving().catch(ignoreReset);
    const done = endsWithPeer ? received : Promise.all([received, sent]);
    await process.waitFor(Promise.race([done, idle.passed]), () => connection.destroy());
  } finally {
    idle.cancel();
    connection.destroy();
  }
}

function written(connection: Duplex, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.write(chunk, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** What is typed once the connection has gone goes nowhere. */
function ignoreEnd(error: unknown): void {
  const isOver = error instanceof Killed || error instanceof SystemError || (error instanceof Error && "code" in error);
  if (!isOver) throw error;
}

function ignoreReset(error: unknown): void {
  if (!(error instanceof Error && "code" in error) || error instanceof SystemError) throw error;
}

/** Starts anew with each `touch`. */
export function idleTimer(
  { clock }: Process,
  ms: number | undefined,
): { readonly passed: Promise<void>; touch(): void; cancel(): void } {
  let cancel = (): void => {};
  let tell = (): void => {};
  const passed = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const touch = (): void => {
    cancel();
    if (ms !== undefined) cancel = clock.after(ms, tell);
  };
  touch();
  return {
    passed,
    touch,
    cancel: () => {
      cancel();
    },
  };
}
