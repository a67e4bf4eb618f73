import { type FieldError, invalid, required } from "../../api/status.ts";
import type { Event } from "../../api/types.gen.ts";
import { since } from "../columns.ts";
import type { Column, ResourceDefinition } from "../definition.ts";
import { check, dnsSubdomain, qualifiedName } from "../names.ts";

export const eventColumns: readonly Column<Event>[] = [
  { name: "Last Seen", value: (event, now) => since(lastSeen(event), now) },
  { name: "Type", value: ({ type }) => type ?? "" },
  { name: "Reason", value: ({ reason }) => reason ?? "" },
  { name: "Object", value: (event) => objectText(event) },
  { name: "Subobject", priority: 1, value: ({ involvedObject }) => involvedObject.fieldPath ?? "" },
  { name: "Source", priority: 1, value: (event) => sourceText(event) },
  { name: "Message", value: ({ message }) => (message ?? "").trim() },
  { name: "First Seen", priority: 1, value: (event, now) => since(firstSeen(event), now) },
  { name: "Count", priority: 1, value: ({ series, count }) => series?.count ?? (count || 1) },
  { name: "Name", format: "name", priority: 1, value: ({ metadata }) => metadata.name },
];

const involved = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"] as const;
const readers = involved.map((field) => [
  `involvedObject.${field}`,
  ({ involvedObject }: Event) => involvedObject[field] ?? "",
]);

/** What happened to an object; the same objects are events.k8s.io/v1 Events. https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
export const events: ResourceDefinition<Event> = {
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  shortNames: ["ev"],
  namespaced: true,
  type: "io.k8s.api.core.v1.Event",
  columns: eventColumns,
  selectableFields: {
    ...(Object.fromEntries(readers) as Record<string, (event: Event) => string>),
    reason: ({ reason }) => reason ?? "",
    reportingComponent: ({ reportingComponent }) => reportingComponent ?? "",
    source: ({ source, reportingComponent }) => source?.component || (reportingComponent ?? ""),
    type: ({ type }) => type ?? "",
  },

  default(event) {
    event.involvedObject ??= {};
  },

  validate: (event) => [...placeErrors(event), ...(event.eventTime ? reportErrors(event, "reportingComponent") : [])],
};

function lastSeen(event: Event): string | undefined {
  return event.series?.lastObservedTime ?? event.lastTimestamp ?? firstSeen(event);
}

function firstSeen({ firstTimestamp, eventTime }: Event): string | undefined {
  return firstTimestamp ?? eventTime;
}

function objectText({ involvedObject: { kind = "", name } }: Event): string {
  return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase();
}

function sourceText({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || (reportingComponent ?? "");
  const instance = source?.host || reportingInstance;
  return instance ? `${component}, ${instance}` : component;
}

/** An Event lives beside its object; those of cluster-scoped objects in `default`. */
export function placeErrors({ metadata, involvedObject, eventTime }: Event): FieldError[] {
  const own = metadata.namespace ?? "";
  const theirs = involvedObject.namespace ?? "";
  const homes = eventTime ? ["default", "kube-system"] : ["", "default"];
  const agrees = theirs === "" ? homes.includes(own) : own === theirs || Boolean(eventTime);
  return [
    ...(agrees ? [] : [invalid("involvedObject.namespace", theirs, "does not match event.namespace")]),
    ...check("namespace", own, dnsSubdomain),
  ];
}

const longestText = 128;
const longestNote = 1024;

/** What an Event of the new kind, which has an eventTime, must say. */
export function reportErrors(
  event: Event,
  controllerField: "reportingComponent" | "reportingController",
): FieldError[] {
  const { reportingComponent = "", message = "" } = event;
  const errors = reportingComponent ? [] : [required(controllerField)];
  errors.push(...check(controllerField, reportingComponent, qualifiedName));
  for (const field of ["reportingInstance", "action", "reason"] as const) {
    const length = event[field]?.length ?? 0;
    if (length === 0) errors.push(required(field));
    if (length > longestText) errors.push(invalid(field, "", `can have at most ${longestText} characters`));
  }
  if (message.length > longestNote) errors.push(invalid("message", "", `can have at most ${longestNote} characters`));
  return errors;
}
