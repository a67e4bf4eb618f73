import { decodeText, encodeText } from "../../api/bytes.ts";
import type { Datagram } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";
import { goLog } from "../go/log.ts";

/** Answers `hostname`, `echo text` and `clientip`. */
export function serveUdp(process: Process, port: number, addresses: readonly string[]): void {
  const socket = process.network.bindUdp(port, (datagram) => {
    const answer = answerTo(process, datagram);
    if (answer !== undefined) socket.send(datagram.from, encodeText(answer));
  });
  for (const address of addresses.length > 0 ? addresses.toSorted() : [""]) {
    goLog(process, `Started UDP server on port ${address} ${port}`);
  }
}

function answerTo(process: Process, { bytes, from }: Datagram): string | undefined {
  const text = decodeText(bytes).trim().toLowerCase();
  const client = `${from.ip}:${from.port}`;
  if (text === "hostname") {
    goLog(process, "Sending udp hostName response");
    goLog(process, `hostname: ${process.container.hostname}`);
    return process.container.hostname;
  }
  if (text.startsWith("echo ")) {
    const echoed = text.slice("echo ".length);
    goLog(process, `Echoing ${echoed} to UDP client ${client}`);
    return echoed;
  }
  if (text === "clientip") {
    goLog(process, `Sending clientip back to UDP client ${client}`);
    return client;
  }
  if (text !== "") goLog(process, `Unknown UDP command received from ${client}: ${text}`);
  return undefined;
}
