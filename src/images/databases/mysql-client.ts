import { NetworkError } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";
import { MysqlConnection } from "./mysql-connection.ts";
import { resultTable, resultText } from "./mysql-output.ts";
import type { MysqlReply } from "./mysql-server.ts";
import { statementsIn } from "./sql/tokens.ts";

const port = 3306;

interface Options {
  readonly values: ReadonlyMap<string, string>;
  readonly database: string;
}

/** The mysql client: statements of `-e`, of its stdin, or typed at its prompt. */
export async function mysqlClient(process: Process): Promise<number> {
  const options = optionsOf(process.argv.slice(1));
  const { values, database } = options;
  if (values.has("version")) {
    await process.print("mysql  Ver 8.0.40 for Linux on x86_64 (MySQL Community Server - GPL)\n");
    return 0;
  }
  const connection = await connect(process, values.get("host"), Number(values.get("port") ?? port));
  if (!connection) return 1;
  const user = values.get("user") ?? process.user.name;
  const password = await passwordOf(process, values);
  const greeting = await connection.ask({ ask: "login", user, password, database });
  if (greeting.error) {
    await process.warn(errorLine(greeting.error));
    return 1;
  }
  const sql = values.get("execute");
  if (sql === undefined && process.stdin.isTerminal) return interactive(process, connection, greeting);
  return batch(process, connection, { sql: sql ?? (await wholeInput(process)), options });
}

const letters: Readonly<Record<string, string>> = { h: "host", P: "port", u: "user", e: "execute", D: "database" };
const flags: Readonly<Record<string, string>> = {
  N: "skip-column-names",
  s: "silent",
  B: "batch",
  t: "table",
  V: "version",
  v: "verbose",
};

/** `-hdb`, `-h db`, `--host=db` and `--host db`; the password only right after its letter. */
export function optionsOf(args: readonly string[]): Options {
  const values = new Map<string, string>();
  const others: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, long, value] = /^--([\w-]+)(?:=([^]*))?$/u.exec(arg) ?? [];
    const [, letter = "", attached = ""] = /^-(\w)([^]*)$/u.exec(arg) ?? [];
    const isValued = long !== undefined && Object.values(letters).includes(long);
    if (long !== undefined) values.set(long, value ?? (isValued ? (rest.shift() ?? "") : ""));
    else if (letter === "p") values.set("password", attached);
    else if (letters[letter]) values.set(letters[letter], attached || (rest.shift() ?? ""));
    else if (letter) for (const one of arg.slice(1)) values.set(flags[one] ?? one, "");
    else others.push(arg);
  }
  return { values, database: values.get("database") ?? others[0] ?? "" };
}

async function passwordOf(process: Process, values: ReadonlyMap<string, string>): Promise<string> {
  const given = values.get("password");
  if (given === undefined) return process.env.get("MYSQL_PWD") ?? "";
  if (given !== "") {
    await process.warn("mysql: [Warning] Using a password on the command line interface can be insecure.\n");
    return given;
  }
  await process.warn("Enter password: ");
  for await (const line of process.stdin.lines()) return line;
  return "";
}

/** undefined: there is nobody, which is said. */
async function connect(process: Process, host: string | undefined, to: number): Promise<MysqlConnection | undefined> {
  const isLocal = host === undefined || host === "localhost";
  const addresses = isLocal ? ["127.0.0.1"] : await process.network.lookup(host);
  const [ip] = addresses;
  if (ip === undefined) {
    await process.warn(`ERROR 2005 (HY000): Unknown MySQL server host '${host ?? ""}' (-2)\n`);
    return undefined;
  }
  try {
    return new MysqlConnection(process, await process.network.dial({ ip, port: to }));
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    await process.warn(unreachable(isLocal ? undefined : `${host}:${to}`, error.code === "ETIMEDOUT" ? 110 : 111));
    return undefined;
  }
}

export function unreachable(server: string | undefined, errno = 111): string {
  return server === undefined
    ? "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)\n"
    : `ERROR 2003 (HY000): Can't connect to MySQL server on '${server}' (${errno})\n`;
}

async function wholeInput({ stdin }: Process): Promise<string> {
  const lines: string[] = [];
  for await (const line of stdin.lines()) lines.push(line);
  return lines.join("\n");
}

interface Batch {
  readonly sql: string;
  readonly options: Options;
}

/** Stops at the first error. Tables have lines where they are for the eye. */
async function batch(process: Process, connection: MysqlConnection, { sql, options }: Batch): Promise<number> {
  const { values } = options;
  const isForEye = values.has("table") || (process.stdout.isTerminal && !values.has("batch") && !values.has("silent"));
  const shown = isForEye ? resultTable : resultText;
  const { statements, rest } = statementsIn(sql);
  for (const statement of [...statements, rest.trim()].filter((one) => one !== "")) {
    const { result, error } = await connection.ask({ ask: "run", sql: statement.replace(/\\[gG]$/u, "") });
    if (error) {
      await process.warn(errorLine(error, " at line 1"));
      return 1;
    }
    if (result) await process.print(shown(result, values.has("skip-column-names")));
  }
  return 0;
}

async function interactive(process: Process, connection: MysqlConnection, greeting: MysqlReply): Promise<number> {
  await process.print(`Welcome to the MySQL monitor.  Commands end with ; or \\g.
Your MySQL connection id is ${greeting.connectionId ?? 0}
Server version: ${greeting.version ?? ""} MySQL Community Server - GPL

Type 'help;' or '\\h' for help. Type '\\c' to clear the current input statement.

mysql> `);
  let typed = "";
  for await (const line of process.stdin.lines()) {
    if (/^\s*(?:exit|quit|\\q)\s*;?\s*$/u.test(line)) break;
    if (line.trimEnd().endsWith("\\c")) typed = "";
    else typed += `${line}${/^\s*use\s+\S+\s*$/iu.test(line) ? ";" : ""}\n`;
    const { statements, rest } = statementsIn(typed.replaceAll(/\\[gG]\s*$/gu, ";"));
    typed = rest.trim() === "" ? "" : rest;
    for (const statement of statements)
      await showOutcome(process, await connection.ask({ ask: "run", sql: statement }));
    await process.print(typed === "" ? "mysql> " : "    -> ");
  }
  await process.print("Bye\n");
  return 0;
}

async function showOutcome(process: Process, { result, error }: MysqlReply): Promise<void> {
  if (error) return process.print(errorLine(error));
  if (result?.affected !== undefined) {
    return process.print(
      `Query OK, ${result.affected} ${result.affected === 1 ? "row" : "rows"} affected (0.00 sec)\n\n`,
    );
  }
  if (!result?.rows) return process.print("Database changed\n");
  const count = result.rows.length;
  const summary = count === 0 ? "Empty set" : `${count} ${count === 1 ? "row" : "rows"} in set`;
  return process.print(`${resultTable(result)}${summary} (0.00 sec)\n\n`);
}

function errorLine({ code, state, message }: NonNullable<MysqlReply["error"]>, where = ""): string {
  return `ERROR ${code} (${state})${where}: ${message}\n`;
}
