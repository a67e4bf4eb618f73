import type { Address, Datagram } from "../../../network/network.ts";
import { Killed, type Process, SystemError } from "../../../runtime/process.ts";
import { idleTimer } from "./relay.ts";

export interface Datagrams {
  /** Whom to talk to; undefined: the first who sends something. */
  readonly peer: Address | undefined;
  /** 0: any. */
  readonly port: number;
  readonly idleMs: number | undefined;
  /** Told of the first sender. */
  readonly onPeer?: (peer: Address) => void;
}

/** Sends what comes from stdin, a datagram a read, and prints what comes back. Ends when it is quiet for long. */
export async function relayDatagrams(
  process: Process,
  { peer: given, port, idleMs, onPeer }: Datagrams,
): Promise<void> {
  let peer = given;
  const idle = idleTimer(process, idleMs);
  const waiting: Uint8Array[] = [];
  const receive = ({ from, bytes }: Datagram): void => {
    if (peer === undefined) {
      peer = from;
      onPeer?.(from);
      for (const early of waiting.splice(0)) socket.send(from, early);
    }
    if (from.ip !== peer.ip || from.port !== peer.port) return;
    idle.touch();
    process.stdout.write(bytes).catch(ignoreEnd);
  };
  const socket = process.network.bindUdp(port, receive);
  const sending = async (): Promise<void> => {
    for await (const chunk of process.stdin) {
      idle.touch();
      if (peer === undefined) waiting.push(chunk);
      else socket.send(peer, chunk);
    }
  };
  sending().catch(ignoreEnd);
  await process.waitFor(idle.passed);
  socket.close();
}

function ignoreEnd(error: unknown): void {
  if (!(error instanceof Killed || error instanceof SystemError)) throw error;
}
