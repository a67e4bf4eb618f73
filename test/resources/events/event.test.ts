import { expect, test } from "vitest";

import type { Event } from "../../../src/api/types.gen.ts";
import { events } from "../../../src/resources/core/event.ts";
import { eventsV1 } from "../../../src/resources/events/event.ts";
import { cells, problems } from "../admitted.ts";

const now = Date.parse("2025-01-01T00:10:00Z");
const event: Event = {
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: "web.1", namespace: "default" },
  involvedObject: { kind: "Pod", name: "web", namespace: "default", fieldPath: "spec.containers{web}" },
  type: "Normal",
  reason: "Pulled",
  message: "done\n",
  source: { component: "kubelet", host: "n1" },
  firstTimestamp: "2025-01-01T00:00:00Z",
  lastTimestamp: "2025-01-01T00:09:00Z",
  count: 3,
};

test("an Event shows when, how often and where from", () => {
  const expected = {
    "Last Seen": "60s",
    Object: "pod/web",
    Subobject: "spec.containers{web}",
    Source: "kubelet, n1",
    Message: "done",
    "First Seen": "10m",
    Count: 3,
  };
  expect(cells(events, event, now)).toMatchObject(expected);
  const newer = eventsV1.storedAs?.fromStored(event);
  expect(newer && cells(eventsV1, newer, now)).toMatchObject(expected);
});

test("both kinds of Events are one object under two sets of names", () => {
  const newer = eventsV1.storedAs?.fromStored(event);

  expect(newer).toMatchObject({
    apiVersion: "events.k8s.io/v1",
    regarding: { name: "web" },
    note: "done\n",
    deprecatedCount: 3,
    deprecatedSource: { component: "kubelet" },
  });
  expect(newer && eventsV1.storedAs?.toStored(newer)).toEqual(event);
});

test("an Event lives beside its object", () => {
  expect(problems(events, { involvedObject: { kind: "Pod", namespace: "kube-system" } })).toEqual([
    'involvedObject.namespace: Invalid value: "kube-system": does not match event.namespace',
  ]);
});

test("a new Event reports who and what, and uses no old field", () => {
  const regarding = { kind: "Pod", name: "web", namespace: "default" };
  const eventTime = "2025-01-01T00:00:00.000000Z";

  expect(
    problems(eventsV1, { regarding, eventTime, type: "Odd", deprecatedCount: 1, reportingController: "me.io/x" }),
  ).toEqual([
    "reportingInstance: Required value",
    "action: Required value",
    "reason: Required value",
    'type: Invalid value: "": has invalid value: Odd',
    'count: Invalid value: "": needs to be unset',
  ]);
});
