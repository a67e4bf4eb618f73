import type { KubeObject } from "../../api/object.ts";
import { type FieldError, invalid, required } from "../../api/status.ts";
import type { Event, EventsV1Event } from "../../api/types.gen.ts";
import { columnsThrough } from "../columns.ts";
import { eventColumns, events, placeErrors, reportErrors } from "../core/event.ts";
import type { ResourceDefinition } from "../definition.ts";

const regarding = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"] as const;
const readers = regarding.map((field) => [
  `regarding.${field}`,
  (event: EventsV1Event) => event.regarding?.[field] ?? "",
]);

/** The newer shape of core Events: the same objects under other names. */
export const eventsV1: ResourceDefinition<EventsV1Event> = {
  group: "events.k8s.io",
  version: "v1",
  kind: "Event",
  plural: "events",
  shortNames: ["ev"],
  namespaced: true,
  type: "io.k8s.api.events.v1.Event",
  columns: columnsThrough(eventColumns, toStored),
  selectableFields: {
    ...(Object.fromEntries(readers) as Record<string, (event: EventsV1Event) => string>),
    reason: ({ reason }) => reason ?? "",
    reportingController: ({ reportingController }) => reportingController ?? "",
    type: ({ type }) => type ?? "",
  },
  storedAs: { resource: events, toStored, fromStored },

  validate(event, previous) {
    const stored = toStored(event);
    const errors = [
      ...placeErrors(stored),
      ...(event.eventTime ? reportErrors(stored, "reportingController") : [required("eventTime")]),
    ];
    return previous ? errors : [...errors, ...newEventErrors(event)];
  },
};

/** A new Event has no use for the fields of the old shape. */
function newEventErrors({ type = "", series, ...event }: EventsV1Event): FieldError[] {
  const errors: FieldError[] = [];
  if (series && series.count < 2) errors.push(invalid("series.count", "", "should be at least 2"));
  if (series && !series.lastObservedTime) errors.push(required("series.lastObservedTime"));
  if (type !== "Normal" && type !== "Warning") errors.push(invalid("type", "", `has invalid value: ${type}`));
  const unwanted = {
    firstTimestamp: event.deprecatedFirstTimestamp,
    lastTimestamp: event.deprecatedLastTimestamp,
    count: event.deprecatedCount,
    source: event.deprecatedSource?.component ?? event.deprecatedSource?.host,
  };
  const set = Object.entries(unwanted).filter(([, value]) => value);
  return [...errors, ...set.map(([field]) => invalid(field, "", "needs to be unset"))];
}

const renamed = {
  regarding: "involvedObject",
  note: "message",
  reportingController: "reportingComponent",
  deprecatedSource: "source",
  deprecatedFirstTimestamp: "firstTimestamp",
  deprecatedLastTimestamp: "lastTimestamp",
  deprecatedCount: "count",
} as const;

const toOld = new Map<string, string>(Object.entries(renamed));
const toNew = new Map([...toOld].map(([key, value]) => [value, key]));

function toStored(event: EventsV1Event): Event {
  return { involvedObject: {}, ...withNames(event, toOld), apiVersion: "v1" };
}

function fromStored(event: KubeObject): EventsV1Event {
  return { ...withNames(event, toNew), apiVersion: "events.k8s.io/v1" } as EventsV1Event;
}

function withNames(event: KubeObject, names: ReadonlyMap<string, string>): KubeObject {
  const entries = Object.entries(event).map(([field, value]) => [names.get(field) ?? field, value as unknown]);
  return Object.fromEntries(entries) as KubeObject;
}
