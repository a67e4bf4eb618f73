import { NetworkError } from "../../network/network.ts";
import { Killed, type Process } from "../../runtime/process.ts";
import { MysqlConnection } from "./mysql-connection.ts";
import { Cursor } from "./sql/cursor.ts";
import { SqlError } from "./sql/errors.ts";
import type { Value } from "./sql/expression.ts";

const infoFile = "/var/lib/mysql/master.info";

export interface ReplicaResult {
  readonly titles?: readonly string[];
  readonly rows?: readonly (readonly Value[])[];
  readonly affected?: number;
}

/** Copies everything from another server, and each change after it. What it follows outlives a restart. */
export class MysqlReplica {
  readonly #process: Process;
  readonly #adopt: (dataText: string) => void;
  #source: Readonly<Record<string, string>> = {};
  /** Counts up when it is to stop. */
  #run = 0;
  #isConnected = false;

  constructor(process: Process, adopt: (dataText: string) => void) {
    this.#process = process;
    this.#adopt = adopt;
    const { files } = process;
    if (!files.exists(infoFile)) return;
    this.#source = JSON.parse(files.readText(infoFile)) as Readonly<Record<string, string>>;
    this.#start();
  }

  /** undefined: the statement is about something else. Throws SqlError. */
  answer(sql: string): ReplicaResult | undefined {
    const cursor = new Cursor(sql);
    if (cursor.take("change", "master", "to")) return this.#change(cursor);
    if (cursor.take("change", "replication", "source", "to")) return this.#change(cursor);
    for (const name of ["slave", "replica"]) {
      if (cursor.take("start", name)) return this.#begin();
      if (cursor.take("stop", name)) return this.#stop();
      if (cursor.take("show", name, "status")) return this.#status();
    }
    return undefined;
  }

  #change(cursor: Cursor): ReplicaResult {
    const given = cursor.list((): [string, string] => {
      const name = cursor
        .name()
        .toLowerCase()
        .replace(/^source_/u, "master_");
      cursor.expect("=");
      return [name, cursor.next().text];
    });
    cursor.end();
    this.#source = { ...this.#source, ...Object.fromEntries(given) };
    return { affected: 0 };
  }

  #begin(): ReplicaResult {
    if (!this.#source["master_host"]) {
      throw new SqlError(
        1200,
        "HY000",
        "The server is not configured as slave; fix in config file or with CHANGE MASTER TO",
      );
    }
    this.#process.files.write(infoFile, JSON.stringify(this.#source));
    this.#start();
    return { affected: 0 };
  }

  #stop(): ReplicaResult {
    this.#run++;
    this.#isConnected = false;
    return { affected: 0 };
  }

  #status(): ReplicaResult {
    const { master_host: host, master_user: user = "", master_log_file: file = "" } = this.#source;
    if (host === undefined) return { titles: ["Slave_IO_State"], rows: [] };
    const facts = {
      Slave_IO_State: this.#isConnected ? "Waiting for source to send event" : "Connecting to source",
      Master_Host: host,
      Master_User: user,
      Master_Port: this.#port,
      Connect_Retry: this.#retrySeconds,
      Master_Log_File: file,
      Slave_IO_Running: this.#isConnected ? "Yes" : "Connecting",
      Slave_SQL_Running: "Yes",
      Seconds_Behind_Master: this.#isConnected ? 0 : null,
    };
    return { titles: Object.keys(facts), rows: [Object.values(facts)] };
  }

  get #port(): number {
    return Number(this.#source["master_port"] ?? 3306);
  }

  get #retrySeconds(): number {
    return Number(this.#source["master_connect_retry"] ?? 60);
  }

  #start(): void {
    const run = ++this.#run;
    this.#follow(run).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
  }

  async #follow(run: number): Promise<void> {
    while (run === this.#run) {
      try {
        await this.#copy(run);
      } catch (error) {
        if (!(error instanceof NetworkError)) throw error;
      }
      this.#isConnected = false;
      await this.#process.sleep(this.#retrySeconds * 1000);
    }
  }

  /** Until the other server goes, or this one is to stop. Rejects with NetworkError. */
  async #copy(run: number): Promise<void> {
    const { network } = this.#process;
    const { master_host: host = "", master_user: user = "", master_password: password = "" } = this.#source;
    const [ip] = await network.lookup(host);
    if (ip === undefined) return;
    const connection = new MysqlConnection(this.#process, await network.dial({ ip, port: this.#port }));
    let { error } = await connection.ask({ ask: "login", user, password, database: "" });
    let version = -1;
    while (!error && run === this.#run) {
      this.#isConnected = true;
      const reply = await connection.ask({ ask: "follow", version });
      if (reply.data !== undefined && run === this.#run) this.#adopt(reply.data);
      ({ error } = reply);
      version = reply.dataVersion ?? version;
    }
  }
}
