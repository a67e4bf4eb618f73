import { encodeText } from "../../api/bytes.ts";
import type { HttpHandler } from "../../network/http.ts";
import type { Process } from "../../runtime/process.ts";
import { goResponse } from "../go/http.ts";
import { goLog } from "../go/log.ts";
import { serveUntilKilled } from "../go/serve-until-killed.ts";
import { serveTls } from "../serve-tls.ts";
import { readKeyPair } from "./key-pair.ts";
import { subcommand } from "./subcommand.ts";

const variable = /^SERVE_(?:(TCP|UDP|TLS|SCTP)_)?PORT_(\d+)$/u;

/** Serves the value of each variable SERVE_PORT_n, SERVE_UDP_PORT_n and SERVE_TLS_PORT_n on port n. */
export const porter = subcommand({
  name: "porter",
  short: "Serves requested data on ports specified in ENV variables",
  defaults: { "json-response": false },
  async run(process, flags) {
    for (const [name, value] of process.env) {
      const [whole, protocol = "TCP", digits = ""] = variable.exec(name) ?? [];
      const port = Number(digits);
      if (whole === undefined) continue;
      const handler = answering(process, value, flags["json-response"]);
      if (protocol === "TCP") process.network.serveHttp(port, handler);
      else if (protocol === "UDP") serveUdp(process, port, value);
      else if (protocol === "TLS") await serveSecurely(process, port, handler);
      else goLog(process, "Failed to listen SCTP. error: SCTP is not simulated");
    }
    return serveUntilKilled(process);
  },
});

function answering(process: Process, value: string, asJson: boolean): HttpHandler {
  return ({ method }) =>
    asJson
      ? goResponse(process, JSON.stringify({ Method: method, Body: value }), {
          headers: { "content-type": "application/json" },
        })
      : goResponse(process, value);
}

function serveUdp(process: Process, port: number, value: string): void {
  const socket = process.network.bindUdp(port, ({ from }) => {
    socket.send(from, encodeText(value));
  });
  goLog(process, `Started UDP server on port ${port}`);
}

/** With the files of `CERT_FILE` and `KEY_FILE`, or the image's own certificate for localhost. */
async function serveSecurely(process: Process, port: number, handler: HttpHandler): Promise<void> {
  const certFile = process.env.get("CERT_FILE") || "localhost.crt";
  const keyFile = process.env.get("KEY_FILE") || "localhost.key";
  const pair = await readKeyPair(process, certFile, keyFile);
  if (typeof pair !== "string") serveTls(process, port, pair, handler);
  else goLog(process, `tls server on port "${port}" with certFile="${certFile}", keyFile="${keyFile}" failed: ${pair}`);
}
