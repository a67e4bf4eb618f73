import type { Event as KubeEvent } from "../../api/types.gen.ts";
import { eventAge } from "../describe/events.ts";
import { booleans, lists, numbers, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { byBytes } from "../printers/go-json.ts";
import { printObject } from "../printers/print-object.ts";
import { tableStops, tabulate } from "../printers/tabulate.ts";
import { pathOf } from "../rest.ts";
import { listAll } from "../targets.ts";
import type { Call, Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_events/ */
export const events: Verb = {
  names: ["events"],
  summary: "List events",
  usage: "[(-o|--output=)FORMAT] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]",
  flags: [
    ...values("for", "output/o"),
    ...booleans("all-namespaces/A", "watch/w", "no-headers"),
    ...lists("types"),
    ...numbers("chunk-size"),
  ],

  async run(call) {
    const { flags, io, namespace } = call;
    const everywhere = flags.isTrue("all-namespaces");
    const isWanted = await filterFor(call);
    const resource = await call.discovery.find("events.v1.");
    const path = pathOf(resource, everywhere ? undefined : namespace);
    if (flags.isTrue("watch")) return follow(path, isWanted, call);
    const found = (await listAll<KubeEvent>(path, call)).filter(isWanted);
    if (found.length === 0) {
      await io.out(everywhere ? "No events found.\n" : `No events found in ${namespace} namespace.\n`);
      return 0;
    }
    const sorted = found.toSorted((a, b) => byBytes(timeOf(a), timeOf(b)));
    const output = flags.value("output");
    if (output) {
      const list = { apiVersion: "v1", items: sorted, kind: "EventList", metadata: {} };
      await io.out(printObject(list, output));
    } else await io.out(tabulate(tableOf(sorted, call, !flags.isTrue("no-headers")), tableStops));
    return 0;
  },
};

function timeOf({ series, lastTimestamp, eventTime }: KubeEvent): string {
  return series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? "";
}

async function filterFor({ flags, discovery }: Call): Promise<(event: KubeEvent) => boolean> {
  const types = flags.values("types").map((type) => type.toLowerCase());
  const unknown = flags.values("types").find((type) => !["normal", "warning"].includes(type.toLowerCase()));
  if (unknown !== undefined) throw new KubectlError("valid --types are Normal or Warning");
  const about = flags.value("for");
  const [type = "", name = ""] = (about ?? "").split("/");
  if (about !== undefined && (type === "" || name === "")) {
    throw new KubectlError("--for must be in resource/name form");
  }
  const kind = about === undefined ? "" : (await discovery.find(type)).kind;
  return ({ type: own = "", involvedObject }) => {
    if (types.length > 0 && !types.includes(own.toLowerCase())) return false;
    return about === undefined || (involvedObject.kind === kind && involvedObject.name === name);
  };
}

async function follow(path: string, isWanted: (event: KubeEvent) => boolean, call: Call): Promise<number> {
  const { rest, io, flags } = call;
  let headers = !flags.isTrue("no-headers");
  try {
    const widths: number[] = [];
    for await (const { type, object } of rest.watch<{ type: string; object: KubeEvent }>(path, {
      signal: io.interrupt,
    })) {
      if (type === "BOOKMARK" || type === "DELETED" || !isWanted(object)) continue;
      await io.out(tabulate(tableOf([object], call, headers), tableStops, widths));
      headers = false;
    }
  } catch (error) {
    if (!io.interrupt.aborted) throw error;
  }
  return io.interrupt.aborted ? 130 : 0;
}

function tableOf(list: readonly KubeEvent[], { flags, clock }: Call, headers: boolean): string {
  const everywhere = flags.isTrue("all-namespaces");
  const rows = list.map((event) => {
    const { metadata, type = "", reason = "", involvedObject, message = "" } = event;
    const about = `${involvedObject.kind ?? ""}/${involvedObject.name ?? ""}`;
    const cells = [eventAge(event, clock.now()), type, reason, about, message.trim()];
    return [...(everywhere ? [metadata.namespace ?? ""] : []), ...cells];
  });
  const header = [...(everywhere ? ["NAMESPACE"] : []), "LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];
  return [...(headers ? [header] : []), ...rows].map((row) => `${row.join("\t")}\n`).join("");
}
