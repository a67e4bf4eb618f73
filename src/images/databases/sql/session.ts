import { notSupported, SqlError } from "./errors.ts";
import { compare, evaluate, isTrue, type Scope } from "./evaluate.ts";
import type { Expression, Value } from "./expression.ts";
import { type Column, parseStatement, type Selected, type Statement, type TableName } from "./statement.ts";
import type { Data, Table } from "./tables.ts";

/** What a statement brings: a table, or how many rows it changed. */
export interface SqlResult {
  readonly titles?: readonly string[];
  readonly rows?: readonly (readonly Value[])[];
  readonly affected?: number;
  /** The database in use after it. */
  readonly database: string;
}

export interface SessionOptions {
  readonly data: Data;
  /** Told after each change. */
  readonly save: () => void;
  readonly database: string;
  readonly facts: Pick<Scope, "variable" | "fact">;
}

type Run<Kind extends Statement["kind"]> = (
  statement: Extract<Statement, { kind: Kind }>,
  session: SessionOptions,
) => Omit<SqlResult, "database"> & { readonly database?: string };

/** Runs one statement. Throws SqlError. */
export function runSql(sql: string, session: SessionOptions): SqlResult {
  const statement = parseStatement(sql);
  const run = runs[statement.kind] as Run<Statement["kind"]>;
  const result = run(statement, session);
  if (result.affected !== undefined) session.save();
  return { database: session.database, ...result };
}

const runs: { readonly [Kind in Statement["kind"]]: Run<Kind> } = {
  use({ name }, { data }) {
    if (!data.databases.has(name)) throw unknownDatabase(name);
    return { database: name };
  },
  "create-database"({ name, isLenient }, { data }) {
    const isThere = data.databases.has(name);
    if (isThere && !isLenient) {
      throw new SqlError(1007, "HY000", `Can't create database '${name}'; database exists`);
    }
    if (!isThere) data.databases.set(name, new Map());
    return { affected: 1 };
  },
  "drop-database"({ name, isLenient }, { data, database }) {
    const tables = data.databases.get(name);
    if (!tables && !isLenient) {
      throw new SqlError(1008, "HY000", `Can't drop database '${name}'; database doesn't exist`);
    }
    data.databases.delete(name);
    return { affected: tables?.size ?? 0, ...(database === name ? { database: "" } : {}) };
  },
  "show-databases": (_, { data }) => ({
    titles: ["Database"],
    rows: [...data.databases.keys(), ...systemDatabases].toSorted().map((name) => [name]),
  }),
  "show-tables"({ database }, session) {
    const name = database ?? session.database;
    return {
      titles: [`Tables_in_${name}`],
      rows: [...tablesOf(session, name).keys()].toSorted().map((table) => [table]),
    };
  },
  describe({ of }, session) {
    const titles = ["Field", "Type", "Null", "Key", "Default", "Extra"];
    return { titles, rows: tableAt(session, of).columns.map((column) => described(column)) };
  },
  "create-table"({ of, columns, isLenient }, session) {
    const tables = tablesOf(session, of.database ?? session.database);
    if (tables.has(of.table) && !isLenient) throw new SqlError(1050, "42S01", `Table '${of.table}' already exists`);
    if (!tables.has(of.table)) tables.set(of.table, { columns, rows: [], nextNumber: 1 });
    return { affected: 0 };
  },
  "drop-table"({ of, isLenient }, session) {
    const database = of.database ?? session.database;
    const tables = tablesOf(session, database);
    if (!tables.has(of.table) && !isLenient)
      throw new SqlError(1051, "42S02", `Unknown table '${database}.${of.table}'`);
    tables.delete(of.table);
    return { affected: 0 };
  },
  insert({ of, names, rows }, session) {
    const table = tableAt(session, of);
    for (const row of rows) add(table, of, rowFor(table, { names, row }, session));
    return { affected: rows.length };
  },
  update({ of, changes, where }, session) {
    const table = tableAt(session, of);
    let affected = 0;
    table.rows = table.rows.map((row) => {
      const scope = scopeOf(table, row, session);
      if (where && !isTrue(evaluate(where, scope))) return row;
      const next = [...row];
      for (const [name, value] of changes) next[indexOf(table, name)] = evaluate(value, scope);
      if (next.some((value, at) => value !== row[at])) affected++;
      return next;
    });
    return { affected };
  },
  delete({ of, where }, session) {
    const table = tableAt(session, of);
    const kept = table.rows.filter((row) => where && !isTrue(evaluate(where, scopeOf(table, row, session))));
    const affected = table.rows.length - kept.length;
    table.rows = kept;
    return { affected };
  },
  select,
};

const systemDatabases = ["information_schema", "mysql", "performance_schema", "sys"];

function unknownDatabase(name: string): SqlError {
  return new SqlError(1049, "42000", `Unknown database '${name}'`);
}

function tablesOf({ data }: SessionOptions, name: string): Map<string, Table> {
  if (name === "") throw new SqlError(1046, "3D000", "No database selected");
  const tables = data.databases.get(name);
  if (!tables) throw systemDatabases.includes(name) ? notSupported(name) : unknownDatabase(name);
  return tables;
}

function tableAt(session: SessionOptions, { database = session.database, table }: TableName): Table {
  const found = tablesOf(session, database).get(table);
  if (!found) throw new SqlError(1146, "42S02", `Table '${database}.${table}' doesn't exist`);
  return found;
}

function described({ name, type, isKey, isCounted, isRequired, otherwise }: Column): readonly Value[] {
  const given = otherwise?.kind === "value" ? otherwise.value : null;
  return [name, type, isKey || isRequired ? "NO" : "YES", isKey ? "PRI" : "", given, isCounted ? "auto_increment" : ""];
}

function indexOf({ columns }: Table, name: string): number {
  const index = columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
  if (index < 0) throw new SqlError(1054, "42S22", `Unknown column '${name}' in 'field list'`);
  return index;
}

interface Given {
  readonly names: readonly string[];
  readonly row: readonly Expression[];
}

function rowFor(table: Table, { names, row }: Given, session: SessionOptions): readonly Value[] {
  const places = names.length > 0 ? names.map((name) => indexOf(table, name)) : table.columns.map((_, at) => at);
  if (places.length !== row.length)
    throw new SqlError(1136, "21S01", "Column count doesn't match value count at row 1");
  const scope = scopeOf(table, [], session);
  return table.columns.map((column, at) => {
    const given = row[places.indexOf(at)];
    const value = given ? evaluate(given, scope) : column.otherwise ? evaluate(column.otherwise, scope) : null;
    if (column.isCounted) return counted(table, value);
    if (value === null && (column.isKey || column.isRequired)) {
      if (given) throw new SqlError(1048, "23000", `Column '${column.name}' cannot be null`);
      throw new SqlError(1364, "HY000", `Field '${column.name}' doesn't have a default value`);
    }
    return fitted(column, value);
  });
}

function counted(table: Table, value: Value): Value {
  const number = value === null || value === 0 ? table.nextNumber : Number(value);
  table.nextNumber = Math.max(table.nextNumber, number + 1);
  return number;
}

/** Numbers stay numbers in a column of numbers, and become texts in any other. */
function fitted({ name, type }: Column, value: Value): Value {
  if (value === null) return null;
  if (!/^(?:tiny|small|medium|big)?int|^decimal|^numeric|^float|^double|^serial/u.test(type)) return String(value);
  const number = Number(value);
  if (Number.isNaN(number)) {
    throw new SqlError(1366, "HY000", `Incorrect integer value: '${value}' for column '${name}' at row 1`);
  }
  return number;
}

const mostRows = 100_000;

function add(table: Table, { table: name }: TableName, row: readonly Value[]): void {
  if (table.rows.length >= mostRows) throw new SqlError(1114, "HY000", `The table '${name}' is full`);
  const keys = table.columns.flatMap(({ isKey }, at) => (isKey ? [at] : []));
  const isSame = (other: readonly Value[]): boolean =>
    keys.every((at) => compare(other[at] ?? null, row[at] ?? null) === 0);
  if (keys.length > 0 && table.rows.some((other) => isSame(other))) {
    const entry = keys.map((at) => row[at]).join("-");
    throw new SqlError(1062, "23000", `Duplicate entry '${entry}' for key '${name}.PRIMARY'`);
  }
  table.rows.push(row);
}

function scopeOf(table: Table | undefined, row: readonly Value[], { facts }: SessionOptions): Scope {
  return {
    ...facts,
    column(name) {
      const index = table?.columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase()) ?? -1;
      return index < 0 ? undefined : (row[index] ?? null);
    },
  };
}

function select(
  { of, selected, where, order, limit }: Extract<Statement, { kind: "select" }>,
  session: SessionOptions,
): Omit<SqlResult, "database"> {
  const table = of && tableAt(session, of);
  const scopeAt = (row: readonly Value[]): Scope => scopeOf(table, row, session);
  let rows = (table?.rows ?? [[]]).filter((row) => !where || isTrue(evaluate(where, scopeAt(row))));
  if (selected.some(({ expression }) => isTotal(expression))) {
    const values = selected.map(({ expression }) =>
      total(
        expression,
        rows.map((row) => scopeAt(row)),
        scopeAt([]),
      ),
    );
    return { titles: selected.map(({ title }) => title), rows: [values] };
  }
  for (const { by, isDown } of order.toReversed()) {
    const sign = isDown ? -1 : 1;
    const key = (row: readonly Value[]): Value => evaluate(by, scopeAt(row));
    rows = rows.toSorted((one, other) => sign * (compare(key(one), key(other)) ?? 0));
  }
  const titles = selected.flatMap((one) => titlesOf(one, table));
  const shown = rows.slice(0, limit).map((row) => selected.flatMap((one) => valuesOf(one, row, scopeAt(row))));
  return { titles, rows: shown };
}

function titlesOf({ expression, title }: Selected, table: Table | undefined): readonly string[] {
  if (expression.kind !== "all") return [title];
  if (!table) throw new SqlError(1096, "HY000", "No tables used");
  return table.columns.map(({ name }) => name);
}

function valuesOf({ expression }: Selected, row: readonly Value[], scope: Scope): readonly Value[] {
  return expression.kind === "all" ? row : [evaluate(expression, scope)];
}

const totals = new Map<string, (values: readonly Value[]) => Value>(
  Object.entries({
    count: (values) => values.length,
    sum: (values) => (values.length === 0 ? null : values.reduce<number>((sum, value) => sum + Number(value), 0)),
    avg: (values) =>
      values.length === 0 ? null : values.reduce<number>((sum, value) => sum + Number(value), 0) / values.length,
    min: (values) => values.toSorted((one, other) => compare(one, other) ?? 0)[0] ?? null,
    max: (values) => values.toSorted((one, other) => compare(one, other) ?? 0).at(-1) ?? null,
  }),
);

function isTotal(expression: Expression): expression is Extract<Expression, { kind: "call" }> {
  return expression.kind === "call" && totals.has(expression.name);
}

/** Over all rows; `*` counts them, a column those where it is not NULL. */
function total(expression: Expression, scopes: readonly Scope[], none: Scope): Value {
  if (!isTotal(expression)) return evaluate(expression, scopes[0] ?? none);
  const [of] = expression.args;
  const values = scopes.map((scope) => (!of || of.kind === "all" ? 1 : evaluate(of, scope)));
  return totals.get(expression.name)?.(values.filter((value) => value !== null)) ?? null;
}
