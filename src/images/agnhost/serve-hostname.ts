import { encodeText } from "../../api/bytes.ts";
import type { Process } from "../../runtime/process.ts";
import { goResponse, remoteAddress } from "../go/http.ts";
import { goFatal, goLog } from "../go/log.ts";
import { subcommand } from "./subcommand.ts";

/** Goes on serving after SIGTERM, so that a pod's removal from its Services can be watched. */
const lingerMs = 60_000;

export const serveHostname = subcommand({
  name: "serve-hostname",
  short: "Serves the hostname",
  defaults: { tcp: false, udp: false, http: true, close: false, port: 9376 },
  async run(process, { tcp, udp, http, close, port }) {
    if (http && (tcp || udp)) return goFatal(process, "Can't server TCP/UDP mode and HTTP mode at the same time");
    if (tcp) serveTcp(process, port);
    if (udp) serveUdp(process, port);
    if (http) serveHttp(process, port, close);
    goLog(process, `Serving on port ${port}.`);
    const terminated = new Promise<void>((resolve) => {
      process.onSignal("SIGTERM", resolve);
    });
    await process.waitFor(terminated);
    goLog(process, "Shutting down after receiving signal: terminated.");
    goLog(process, "Awaiting pod deletion.");
    await process.sleep(lingerMs);
    return 0;
  },
});

function serveTcp(process: Process, port: number): void {
  process.network.serveTcp(port, (connection, { ip, port: from }) => {
    goLog(process, `TCP request from ${ip}:${from}`);
    connection.end(process.container.hostname);
  });
}

function serveUdp(process: Process, port: number): void {
  const socket = process.network.bindUdp(port, ({ from }) => {
    goLog(process, `UDP request from ${from.ip}:${from.port}`);
    socket.send(from, encodeText(process.container.hostname));
  });
}

function serveHttp(process: Process, port: number, close: boolean): void {
  process.network.serveHttp(port, (request) => {
    goLog(process, `HTTP request from ${remoteAddress(request)}`);
    return goResponse(process, process.container.hostname, close ? { headers: { connection: "close" } } : {});
  });
}
