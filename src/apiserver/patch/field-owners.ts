import type { ManagedFields } from "../../api/object.ts";
import { type FieldSet, noFields, parseFields } from "./fields-v1.ts";

export type Entries = readonly ManagedFields[];

/** Who an entry speaks for: one manager has one entry an operation, subresource and, for updates, version. */
export function managerId({ manager, operation, apiVersion, subresource }: ManagedFields): string {
  const version = operation === "Apply" ? "" : (apiVersion ?? "");
  return JSON.stringify([manager ?? "", operation ?? "", version, subresource ?? ""]);
}

export function fieldsOf({ fieldsV1 }: ManagedFields): FieldSet {
  return (fieldsV1 as FieldSet | undefined) ?? noFields;
}

/** The same entry with other fields: the very same if they are the same. */
export function withFields(entry: ManagedFields, fields: FieldSet): ManagedFields {
  return fields === entry.fieldsV1 ? entry : { ...entry, fieldsType: "FieldsV1", fieldsV1: fields };
}

export interface NewEntry {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource: string;
  readonly now: string;
}

export function newEntry(
  { manager, operation, apiVersion, subresource, now }: NewEntry,
  fields: FieldSet,
): ManagedFields {
  return {
    manager: manager || "unknown",
    operation,
    apiVersion,
    time: now,
    fieldsType: "FieldsV1",
    fieldsV1: fields,
    ...(subresource ? { subresource } : {}),
  };
}

/** Entries as a client sent them; undefined if they are no such thing: then what is stored holds. */
export function parseEntries(entries: Entries): Entries | undefined {
  const isWhole = entries.every(
    ({ operation, apiVersion, fieldsType }) =>
      (operation === "Apply" || operation === "Update") && apiVersion && fieldsType === "FieldsV1",
  );
  if (!isWhole) return undefined;
  try {
    for (const { fieldsV1 } of entries) parseFields(fieldsV1 ?? {});
    return entries;
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The order in which they are stored: applies first, then by time. */
export function sortEntries(entries: Entries): Entries {
  return entries.toSorted(
    (a, b) =>
      compareText(a.operation, b.operation) ||
      timeOf(a) - timeOf(b) ||
      compareText(a.manager, b.manager) ||
      compareText(a.apiVersion, b.apiVersion) ||
      compareText(a.subresource, b.subresource),
  );
}

/** In seconds; 0 for an entry without. */
export function timeOf({ time }: ManagedFields): number {
  return time ? Math.floor(Date.parse(time) / 1000) : 0;
}

function compareText(a = "", b = ""): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
