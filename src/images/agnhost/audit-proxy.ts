import { decodeText } from "../../api/bytes.ts";
import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import type { Process } from "../../runtime/process.ts";
import { bodyOf, goResponse } from "../go/http.ts";
import { goLog } from "../go/log.ts";
import { serveUntilKilled } from "../go/serve-until-killed.ts";
import { subcommand } from "./subcommand.ts";

const port = 8080;
const apiVersion = "audit.k8s.io/v1";

export const auditProxy = subcommand({
  name: "audit-proxy",
  short: "Listens on port 8080 for incoming audit events",
  defaults: {},
  run(process) {
    process.network.serveHttp(port, (request) => takeEvents(process, request));
    return serveUntilKilled(process);
  },
});

/** A line on stdout for each event of the list. */
async function takeEvents(process: Process, request: HttpRequest): Promise<HttpResponse> {
  const text = decodeText(await bodyOf(request));
  const events = eventsIn(text);
  if (!events) {
    goLog(process, `failed decoding buf: ${text}, apiVersion: ${apiVersion}`);
    return goResponse(process, "", { status: 500 });
  }
  for (const event of events) await process.print(`${JSON.stringify({ kind: "Event", apiVersion, ...event })}\n`);
  return goResponse(process, "");
}

function eventsIn(text: string): readonly object[] | undefined {
  try {
    const list = JSON.parse(text) as { kind?: string; items?: readonly object[] };
    return list.kind === "EventList" ? (list.items ?? []) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
