import type { KubeObject } from "../api/object.ts";
import type { Column } from "./definition.ts";

export const name: Column = { name: "Name", format: "name", value: ({ metadata }) => metadata.name };

export const age: Column = { name: "Age", value: ({ metadata }, now) => since(metadata.creationTimestamp, now) };

/** What kinds without columns of their own show instead of an age. */
export const createdAt: Column = {
  name: "Created At",
  type: "date",
  value: ({ metadata }) => metadata.creationTimestamp ?? "",
};

/** The columns of a kind, for another version of it. */
export function columnsThrough<T extends KubeObject, S extends KubeObject>(
  columns: readonly Column<S>[],
  convert: (object: T) => S,
): readonly Column<T>[] {
  return columns.map((column) => columnThrough(column, convert));
}

function columnThrough<T extends KubeObject, S extends KubeObject>(
  column: Column<S>,
  convert: (object: T) => S,
): Column<T> {
  return { ...column, value: (object, now) => column.value(convert(object), now) };
}

/** How long ago a timestamp was, as kubectl prints ages; `<unknown>` without one. */
export function since(time: string | undefined, now: number): string {
  return time ? humanDuration(now - Date.parse(time)) : "<unknown>";
}

const second = 1;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** Two units at most, the second only where it still matters: 5s, 2m3s, 3h, 4d, 2y10d. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 2 * minute) return `${seconds}s`;
  if (seconds < 10 * minute) return pair(seconds, [minute, "m"], [second, "s"]);
  if (seconds < 3 * hour) return `${Math.trunc(seconds / minute)}m`;
  if (seconds < 8 * hour) return pair(seconds, [hour, "h"], [minute, "m"]);
  if (seconds < 2 * day) return `${Math.trunc(seconds / hour)}h`;
  if (seconds < 8 * day) return pair(seconds, [day, "d"], [hour, "h"]);
  if (seconds < 2 * year) return `${Math.trunc(seconds / day)}d`;
  if (seconds < 8 * year) return pair(seconds, [year, "y"], [day, "d"]);
  return `${Math.trunc(seconds / year)}y`;
}

type Unit = readonly [size: number, letter: string];

function pair(seconds: number, [large, largeLetter]: Unit, [small, smallLetter]: Unit): string {
  const rest = Math.trunc((seconds % large) / small);
  return `${Math.trunc(seconds / large)}${largeLetter}${rest > 0 ? `${rest}${smallLetter}` : ""}`;
}
