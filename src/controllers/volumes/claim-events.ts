import type { PersistentVolumeClaim } from "../../api/types.gen.ts";
import type { EventSource, EventText } from "../../client/events.ts";
import type { ControllerContext } from "../controller.ts";

/** As the events of the binder name it. */
export const component = "persistentvolume-controller";

/** By the claim as it is stored: a change makes another object of it. */
const told = new WeakMap<PersistentVolumeClaim, Set<string>>();

/** Tells of a claim. While the claim is what it was, the same is not told again, whatever else happens. */
export function tellOf(
  claim: PersistentVolumeClaim,
  text: EventText,
  { events }: ControllerContext,
  source: EventSource = { component },
): void {
  const known = told.get(claim) ?? new Set();
  told.set(claim, known);
  if (known.has(text.message)) return;
  known.add(text.message);
  events.record(claim, source, text);
}
