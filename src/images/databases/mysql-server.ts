import type { Duplex } from "node:stream";

import type { Process } from "../../runtime/process.ts";
import { MysqlReplica } from "./mysql-replica.ts";
import { noQueries } from "./refuse-queries.ts";
import { notSupported, SqlError } from "./sql/errors.ts";
import type { Scope } from "./sql/evaluate.ts";
import { runSql, type SqlResult } from "./sql/session.ts";
import { type Data, dataText, parseData } from "./sql/tables.ts";

const dataFile = "/var/lib/mysql/ibdata1";
const configDirectories = ["/etc/mysql/conf.d", "/etc/mysql/mysql.conf.d"];

/** What our client asks: to be let in, and then one statement after the other. */
export type MysqlRequest =
  | { readonly ask: "login"; readonly user: string; readonly password: string; readonly database: string }
  | { readonly ask: "run"; readonly sql: string }
  /** Answered once there is a newer version of the data than this one. */
  | { readonly ask: "follow"; readonly version: number };

export interface MysqlReply {
  readonly error?: { readonly code: number; readonly state: string; readonly message: string };
  readonly result?: SqlResult;
  /** Of the greeting. */
  readonly connectionId?: number;
  readonly version?: string;
  readonly data?: string;
  readonly dataVersion?: number;
}

/** Fills an empty data directory. */
export function initializeData({ files }: Process, data: Data): void {
  files.makeDirectory("/var/lib/mysql/mysql", { recursive: true });
  for (const name of data.databases.keys()) files.makeDirectory(`/var/lib/mysql/${name}`, { recursive: true });
  files.write(dataFile, dataText(data));
}

/** Takes connections of our own client; others hear that theirs is not simulated. */
export function serveMysql(process: Process, { port, version }: { port: number; version: string }): void {
  const { files, network } = process;
  const data = files.exists(dataFile) ? parseData(files.readText(dataFile)) : emptyData();
  const server = new Server(process, { data, version, port });
  let count = 8;
  network.serveTcp(port, (connection, { ip }) => {
    const host = ip === "127.0.0.1" ? "localhost" : ip;
    converse(connection, new Session(server, { host, id: count++ }));
  });
}

function emptyData(): Data {
  return { databases: new Map(), users: new Map([["root", ""]]) };
}

/** What all connections share. */
class Server {
  readonly process: Process;
  readonly version: string;
  readonly port: number;
  readonly settings: ReadonlyMap<string, string>;
  readonly replica: MysqlReplica;
  data: Data;
  #dataVersion = 0;
  readonly #followers = new Set<() => void>();

  constructor(process: Process, { data, version, port }: { data: Data; version: string; port: number }) {
    this.process = process;
    this.data = data;
    this.version = version;
    this.port = port;
    this.settings = settingsOf(process);
    this.replica = new MysqlReplica(process, (text) => {
      this.data = parseData(text);
      this.save();
    });
  }

  save(): void {
    this.process.files.write(dataFile, dataText(this.data));
    this.#dataVersion++;
    const followers = [...this.#followers];
    this.#followers.clear();
    for (const wake of followers) wake();
  }

  async newerThan(version: number): Promise<MysqlReply> {
    if (version === this.#dataVersion) await new Promise<void>((resolve) => this.#followers.add(resolve));
    return { data: dataText(this.data), dataVersion: this.#dataVersion };
  }
}

/** `name=value` or a name alone, a line each; dashes and underscores are the same. */
function settingsOf({ files }: Process): ReadonlyMap<string, string> {
  const texts = configDirectories
    .filter((path) => files.exists(path))
    .flatMap((path) => files.list(path).map((name) => files.readText(`${path}/${name}`)));
  const lines = texts.flatMap((text) => text.split("\n")).filter((line) => /^\s*[a-z]/iu.test(line));
  return new Map(
    lines.map((line): [string, string] => {
      const [name = "", value = "1"] = line.split("=");
      return [name.trim().replaceAll("-", "_"), value.trim()];
    }),
  );
}

/** The server speaks first, in the real protocol; our client then goes on with lines of JSON. */
function converse(connection: Duplex, session: Session): void {
  let text = "";
  connection.on("error", () => connection.destroy());
  connection.on("end", () => connection.end());
  connection.write(packet(0, greeting(session.version)));
  connection.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    if (!text.startsWith("{")) {
      connection.end(packet(2, Buffer.concat([Buffer.from([0xff, 0x51, 0x04]), Buffer.from(`#HY000${noQueries}`)])));
      return;
    }
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      const request = JSON.parse(text.slice(0, end)) as MysqlRequest;
      text = text.slice(end + 1);
      const reply = (answer: MysqlReply): boolean => connection.write(`${JSON.stringify(answer)}\n`);
      if (request.ask === "follow") void session.follow(request.version).then(reply);
      else reply(session.answer(request));
    }
  });
}

function packet(sequence: number, body: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUIntLE(body.length, 0, 3);
  head.writeUInt8(sequence, 3);
  return Buffer.concat([head, body]);
}

function greeting(version: string): Buffer {
  return Buffer.concat([
    Buffer.from([10]),
    Buffer.from(`${version}\0`),
    Buffer.from([8, 0, 0, 0]),
    Buffer.from("01234567"),
    Buffer.from([0, 0xff, 0xf7, 0xff, 2, 0, 0xff, 0xc1, 21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    Buffer.from("0123456789ab\0mysql_native_password\0"),
  ]);
}

/** One connection: who it is, and the database in use. */
class Session {
  readonly #server: Server;
  readonly #host: string;
  readonly #id: number;
  #user: string | undefined;
  #database = "";

  constructor(server: Server, { host, id }: { host: string; id: number }) {
    this.#server = server;
    this.#host = host;
    this.#id = id;
  }

  get version(): string {
    return this.#server.version;
  }

  async follow(version: number): Promise<MysqlReply> {
    if (this.#user === undefined) return { error: { code: 1045, state: "28000", message: "Access denied" } };
    return this.#server.newerThan(version);
  }

  answer(request: Exclude<MysqlRequest, { ask: "follow" }>): MysqlReply {
    try {
      return request.ask === "login" ? this.#login(request) : { result: this.#run(request.sql) };
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      const { code, state, message } = error;
      return { error: { code, state, message } };
    }
  }

  #login({ user, password, database }: Extract<MysqlRequest, { ask: "login" }>): MysqlReply {
    if (this.#server.data.users.get(user) !== password) {
      const given = password === "" ? "NO" : "YES";
      const message = `Access denied for user '${user}'@'${this.#host}' (using password: ${given})`;
      throw new SqlError(1045, "28000", message);
    }
    this.#user = user;
    if (database !== "") this.#run(`USE \`${database}\``);
    return { connectionId: this.#id, version: this.version };
  }

  #run(sql: string): SqlResult {
    if (this.#user === undefined) throw notSupported("queries before a login");
    const { data, settings, replica } = this.#server;
    const replicated = replica.answer(sql);
    if (replicated) return { ...replicated, database: this.#database };
    const readOnly = settings.has("super_read_only") ? "super-read-only" : "read-only";
    const isReadOnly = settings.has("super_read_only") || settings.has("read_only");
    if (isReadOnly && !/^\s*(?:select|show|use|desc|describe)\b/iu.test(sql)) {
      const message = `The MySQL server is running with the --${readOnly} option so it cannot execute this statement`;
      throw new SqlError(1290, "HY000", message);
    }
    const save = (): void => this.#server.save();
    const result = runSql(sql, { data, save, database: this.#database, facts: this.#facts() });
    this.#database = result.database;
    return result;
  }

  #facts(): Pick<Scope, "variable" | "fact"> {
    const { process, settings, port } = this.#server;
    const now = new Date(process.clock.now()).toISOString().slice(0, 19).replace("T", " ");
    const user = `${this.#user ?? ""}@${this.#host}`;
    const facts = new Map([
      ["now", now],
      ["current_timestamp", now],
      ["curdate", now.slice(0, 10)],
      ["current_date", now.slice(0, 10)],
      ["version", this.version],
      ["user", user],
      ["current_user", `${this.#user ?? ""}@%`],
    ]);
    const variables = new Map<string, string | number>([
      ["server_id", 1],
      ["hostname", process.container.hostname],
      ["version", this.version],
      ["port", port],
      ["datadir", "/var/lib/mysql/"],
      ["max_connections", 151],
      ...settings,
    ]);
    return {
      fact: (name) => {
        if (name === "database" || name === "schema") return this.#database || null;
        return name === "connection_id" ? this.#id : facts.get(name);
      },
      variable(name) {
        const value = variables.get(name.toLowerCase());
        return typeof value === "string" && /^\d+$/u.test(value) ? Number(value) : value;
      },
    };
  }
}
