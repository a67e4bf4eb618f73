import type { Value } from "./expression.ts";
import type { Column } from "./statement.ts";

export interface Table {
  readonly columns: readonly Column[];
  rows: (readonly Value[])[];
  /** What the next row's AUTO_INCREMENT column gets. */
  nextNumber: number;
}

/** All that a database server keeps. */
export interface Data {
  /** By name; then tables by name. */
  readonly databases: Map<string, Map<string, Table>>;
  /** Passwords by user. */
  readonly users: Map<string, string>;
}

/** As it is written to disk. */
export function dataText({ databases, users }: Data): string {
  return JSON.stringify({ databases: [...databases].map(([name, tables]) => [name, [...tables]]), users: [...users] });
}

export function parseData(text: string): Data {
  const { databases, users } = JSON.parse(text) as {
    databases: [string, [string, Table][]][];
    users: [string, string][];
  };
  return { databases: new Map(databases.map(([name, tables]) => [name, new Map(tables)])), users: new Map(users) };
}
