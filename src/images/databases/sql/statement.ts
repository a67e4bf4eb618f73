import { Cursor } from "./cursor.ts";
import { notSupported } from "./errors.ts";
import { type Expression, expression } from "./expression.ts";

export interface TableName {
  /** undefined: the one in use. */
  readonly database: string | undefined;
  readonly table: string;
}

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly isKey: boolean;
  readonly isCounted: boolean;
  readonly isRequired: boolean;
  readonly otherwise?: Expression;
}

export interface Selected {
  readonly expression: Expression;
  readonly title: string;
}

export type Statement =
  | { readonly kind: "use"; readonly name: string }
  | { readonly kind: "create-database"; readonly name: string; readonly isLenient: boolean }
  | { readonly kind: "drop-database"; readonly name: string; readonly isLenient: boolean }
  | { readonly kind: "show-databases" }
  | { readonly kind: "show-tables"; readonly database: string | undefined }
  | { readonly kind: "describe"; readonly of: TableName }
  | {
      readonly kind: "create-table";
      readonly of: TableName;
      readonly columns: readonly Column[];
      readonly isLenient: boolean;
    }
  | { readonly kind: "drop-table"; readonly of: TableName; readonly isLenient: boolean }
  | {
      readonly kind: "insert";
      readonly of: TableName;
      readonly names: readonly string[];
      readonly rows: readonly (readonly Expression[])[];
    }
  | {
      readonly kind: "update";
      readonly of: TableName;
      readonly changes: readonly (readonly [string, Expression])[];
      readonly where?: Expression;
    }
  | { readonly kind: "delete"; readonly of: TableName; readonly where?: Expression }
  | {
      readonly kind: "select";
      readonly of: TableName | undefined;
      readonly selected: readonly Selected[];
      readonly where?: Expression;
      readonly order: readonly { readonly by: Expression; readonly isDown: boolean }[];
      readonly limit: number;
    };

/** Throws SqlError: for what is no SQL, and for what is not simulated. */
export function parseStatement(sql: string): Statement {
  const cursor = new Cursor(sql);
  const verb = cursor.token?.text.toLowerCase() ?? "";
  const read = readers.get(verb);
  if (!read) throw unread.has(verb) ? notSupported(verb.toUpperCase()) : cursor.error();
  cursor.next();
  const statement = read(cursor);
  for (const clause of clauses) if (cursor.sees(...clause)) throw notSupported(clause.join(" ").toUpperCase());
  cursor.end();
  return statement;
}

const unread = new Set([
  "alter",
  "grant",
  "revoke",
  "flush",
  "set",
  "begin",
  "start",
  "commit",
  "rollback",
  "explain",
  "truncate",
  "replace",
  "with",
  "call",
  "lock",
  "unlock",
  "change",
  "stop",
  "reset",
  "analyze",
  "optimize",
]);
const clauses = [["join"], ["inner", "join"], ["left"], ["group", "by"], ["having"], ["union"], ["on", "duplicate"]];

const readers = new Map<string, (cursor: Cursor) => Statement>(
  Object.entries({
    use: (cursor) => ({ kind: "use", name: cursor.name() }),
    create: (cursor) => (isOfDatabase(cursor) ? database(cursor, "create-database") : createTable(cursor)),
    drop: (cursor) => (isOfDatabase(cursor) ? database(cursor, "drop-database") : dropTable(cursor)),
    show,
    describe: (cursor) => ({ kind: "describe", of: tableName(cursor) }),
    desc: (cursor) => ({ kind: "describe", of: tableName(cursor) }),
    insert,
    update,
    delete: (cursor) => {
      cursor.expect("from");
      return { kind: "delete", of: tableName(cursor), ...where(cursor) };
    },
    select,
  }),
);

function isOfDatabase(cursor: Cursor): boolean {
  return cursor.take("database") || cursor.take("schema");
}

function database(cursor: Cursor, kind: "create-database" | "drop-database"): Statement {
  const isLenient = cursor.take("if", "not", "exists") || cursor.take("if", "exists");
  const name = cursor.name();
  return { kind, name, isLenient };
}

function show(cursor: Cursor): Statement {
  if (cursor.take("databases") || cursor.take("schemas")) return { kind: "show-databases" };
  if (cursor.take("columns", "from")) return { kind: "describe", of: tableName(cursor) };
  if (!cursor.take("tables")) throw notSupported(`SHOW ${cursor.token?.text ?? ""}`);
  const isOther = cursor.take("from") || cursor.take("in");
  return { kind: "show-tables", database: isOther ? cursor.name() : undefined };
}

function tableName(cursor: Cursor): TableName {
  const first = cursor.name();
  return cursor.take(".") ? { database: first, table: cursor.name() } : { database: undefined, table: first };
}

function createTable(cursor: Cursor): Statement {
  if (!cursor.take("table")) throw notSupported(`CREATE ${cursor.token?.text.toUpperCase() ?? ""}`);
  const isLenient = cursor.take("if", "not", "exists");
  const of = tableName(cursor);
  const keys = new Set<string>();
  cursor.expect("(");
  const columns = cursor.list(() => columnOrKey(cursor, keys)).filter((one) => one !== undefined);
  cursor.expect(")");
  // What follows is about how the table is stored.
  while (!cursor.isAtEnd) cursor.next();
  const withKeys = columns.map((one) => ({ ...one, isKey: one.isKey || keys.has(one.name.toLowerCase()) }));
  return { kind: "create-table", of, columns: withKeys, isLenient };
}

function columnOrKey(cursor: Cursor, keys: Set<string>): Column | undefined {
  if (!cursor.take("primary", "key")) return column(cursor);
  cursor.expect("(");
  for (const name of cursor.list(() => cursor.name())) keys.add(name.toLowerCase());
  cursor.expect(")");
  return undefined;
}

function column(cursor: Cursor): Column {
  const name = cursor.name();
  let type = cursor.name().toLowerCase();
  if (cursor.take("(")) {
    type += `(${cursor.list(() => cursor.next().text).join(",")})`;
    cursor.expect(")");
  }
  let [isKey, isCounted, isRequired] = [false, type === "serial", false];
  let otherwise: Expression | undefined;
  for (;;) {
    if (cursor.take("primary", "key") || cursor.take("unique")) isKey = true;
    else if (cursor.take("auto_increment")) isCounted = true;
    else if (cursor.take("not", "null")) isRequired = true;
    else if (cursor.take("unsigned")) type += " unsigned";
    else if (cursor.take("default")) otherwise = expression(cursor, tightly);
    else if (!cursor.take("null")) break;
  }
  return { name, type, isKey, isCounted, isRequired, ...(otherwise ? { otherwise } : {}) };
}

const tightly = 9;

function dropTable(cursor: Cursor): Statement {
  if (!cursor.take("table")) throw notSupported(`DROP ${cursor.token?.text.toUpperCase() ?? ""}`);
  const isLenient = cursor.take("if", "exists");
  return { kind: "drop-table", of: tableName(cursor), isLenient };
}

function insert(cursor: Cursor): Statement {
  cursor.take("into");
  const of = tableName(cursor);
  const names = cursor.take("(") ? cursor.list(() => cursor.name()) : [];
  if (names.length > 0) cursor.expect(")");
  if (!cursor.take("values")) cursor.expect("value");
  const rows = cursor.list(() => {
    cursor.expect("(");
    const row = cursor.list(() => expression(cursor));
    cursor.expect(")");
    return row;
  });
  return { kind: "insert", of, names, rows };
}

function update(cursor: Cursor): Statement {
  const of = tableName(cursor);
  cursor.expect("set");
  const changes = cursor.list((): readonly [string, Expression] => {
    const name = cursor.name();
    cursor.expect("=");
    return [name, expression(cursor)];
  });
  return { kind: "update", of, changes, ...where(cursor) };
}

function where(cursor: Cursor): { where?: Expression } {
  return cursor.take("where") ? { where: expression(cursor) } : {};
}

function select(cursor: Cursor): Statement {
  const selected = cursor.list((): Selected => {
    const from = cursor.token?.start ?? 0;
    const what = expression(cursor);
    const written = cursor.sql.slice(from, cursor.token?.start ?? cursor.sql.length).trim();
    const isNamed = cursor.take("as") || cursor.token?.kind === "name";
    return { expression: what, title: isNamed ? cursor.next().text : titleOf(what, written) };
  });
  const of = cursor.take("from") ? tableName(cursor) : undefined;
  const condition = where(cursor);
  const order = cursor.take("order", "by")
    ? cursor.list(() => ({ by: expression(cursor), isDown: cursor.take("desc") || (cursor.take("asc") && false) }))
    : [];
  const limit = cursor.take("limit") ? Number(cursor.next().text) : Infinity;
  return { kind: "select", of, selected, ...condition, order, limit };
}

function titleOf(what: Expression, written: string): string {
  if (what.kind === "column") return what.name;
  return what.kind === "value" && typeof what.value === "string" ? what.value : written;
}
