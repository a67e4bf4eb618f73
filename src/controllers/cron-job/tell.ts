import type { EventText } from "../../client/events.ts";

/** Records an Event of a CronJob. */
export type Tell = (text: EventText) => void;
