import type { KubeObject } from "../../api/object.ts";
import type { Event as KubeEvent } from "../../api/types.gen.ts";
import { humanDuration } from "../durations.ts";
import { byBytes } from "../printers/go-json.ts";
import { listAll } from "../targets.ts";
import type { Call } from "../verb.ts";
import type { Description } from "./description.ts";

/** The events about an object, oldest news first. */
export async function eventsAbout(object: KubeObject, call: Call): Promise<KubeEvent[]> {
  const { name, namespace, uid } = object.metadata;
  const path = namespace === undefined ? "/api/v1/events" : `/api/v1/namespaces/${namespace}/events`;
  // Some take the name of a node to be its uid.
  const events = await Promise.all(
    (object.kind === "Node" ? [uid, name] : [uid]).map((known) =>
      listAll<KubeEvent>(path, call, { fieldSelector: selectorFor(object, known) }),
    ),
  );
  return events.flat().toSorted((a, b) => byBytes(a.lastTimestamp ?? "", b.lastTimestamp ?? ""));
}

function selectorFor({ kind, metadata: { name, namespace } }: KubeObject, uid: string | undefined): string {
  return Object.entries({
    "involvedObject.name": name,
    "involvedObject.namespace": namespace,
    "involvedObject.kind": kind,
    "involvedObject.uid": uid,
  })
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `${field}=${value}`)
    .join(",");
}

export function describeEvents(events: readonly KubeEvent[], now: number, to: Description): void {
  if (events.length === 0) return to.field("Events", "<none>");
  to.flush();
  to.line("Events:");
  to.line("Type\tReason\tAge\tFrom\tMessage", 1);
  to.line("----\t------\t----\t----\t-------", 1);
  for (const event of events) {
    const source = event.source?.component || event.reportingComponent || "";
    to.line(
      `${event.type ?? ""}\t${event.reason ?? ""}\t${eventAge(event, now)}\t${source}\t${(event.message ?? "").trim()}`,
      1,
    );
  }
}

/** `5s (x3 over 2m)` */
export function eventAge(
  { eventTime, firstTimestamp, lastTimestamp, series, count = 0 }: KubeEvent,
  now: number,
): string {
  const since = (time: string | null | undefined): string =>
    time ? humanDuration(now - Date.parse(time)) : "<unknown>";
  const first = since(eventTime ?? firstTimestamp);
  if (series) return `${since(series.lastObservedTime)} (x${series.count ?? 0} over ${first})`;
  return count > 1 ? `${since(lastTimestamp)} (x${count} over ${first})` : first;
}
