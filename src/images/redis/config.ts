import { matchesGlob } from "../nginx/glob.ts";

/** What a Redis is set to. https://redis.io/docs/latest/operate/oss_and_stack/management/config/ */
export class RedisConfig {
  readonly #values: Map<string, string>;

  /** `given` comes from the config file and the command line. */
  constructor(given: Iterable<readonly [string, string]>) {
    this.#values = new Map(Object.entries(defaults));
    for (const [name, value] of given) this.#values.set(name.toLowerCase(), meaning(name.toLowerCase(), value));
  }

  get(name: string): string {
    return this.#values.get(name) ?? "";
  }

  /** Names and values, one after the other, of all that fit a pattern. */
  matching(patterns: readonly string[]): readonly string[] {
    const fits = (name: string): boolean => patterns.some((pattern) => matchesGlob(name, pattern.toLowerCase()));
    return [...this.#values].filter(([name]) => fits(name)).flat();
  }

  /** Why it cannot be; undefined: it is set. */
  set(words: readonly string[]): string | undefined {
    const pairs = words.flatMap((word, at) =>
      at % 2 === 0 ? [[word.toLowerCase(), words[at + 1] ?? ""] as const] : [],
    );
    for (const [name, value] of pairs) {
      if (!this.#values.has(name)) return `ERR Unknown option or number of arguments for CONFIG SET - '${name}'`;
      const failed = `ERR CONFIG SET failed (possibly related to argument '${name}') -`;
      if (immutable.has(name)) return `${failed} can't set immutable config`;
      if (name === "maxmemory-policy" && !policies.includes(value)) {
        return `${failed} argument(s) must be one of the following: ${policies.join(", ")}`;
      }
      if (amounts.has(name) && bytesOf(value) === undefined) return `${failed} argument must be a memory value`;
    }
    for (const [name, value] of pairs) this.#values.set(name, meaning(name, value));
    return undefined;
  }
}

const defaults: Readonly<Record<string, string>> = {
  port: "6379",
  bind: "* -::*",
  "protected-mode": "no",
  timeout: "0",
  "tcp-keepalive": "300",
  daemonize: "no",
  loglevel: "notice",
  logfile: "",
  databases: "16",
  save: "3600 1 300 100 60 10000",
  dbfilename: "dump.rdb",
  dir: "/data",
  requirepass: "",
  masterauth: "",
  replicaof: "",
  "replica-read-only": "yes",
  maxclients: "10000",
  maxmemory: "0",
  "maxmemory-policy": "noeviction",
  "maxmemory-samples": "5",
  appendonly: "no",
  appendfsync: "everysec",
  "repl-backlog-size": "1048576",
  hz: "10",
  "notify-keyspace-events": "",
};

const immutable = new Set(["daemonize", "databases"]);
const amounts = new Set(["maxmemory", "repl-backlog-size"]);
const policies = [
  "volatile-lru",
  "volatile-lfu",
  "volatile-random",
  "volatile-ttl",
  "allkeys-lru",
  "allkeys-lfu",
  "allkeys-random",
  "noeviction",
];

/** Amounts of memory are told in bytes. */
function meaning(name: string, value: string): string {
  return amounts.has(name) ? String(bytesOf(value) ?? 0) : value;
}

const units: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1000 ** 2,
  mb: 1024 ** 2,
  g: 1000 ** 3,
  gb: 1024 ** 3,
};

function bytesOf(value: string): number | undefined {
  const [, digits, unit = ""] = /^(\d+)([a-z]*)$/iu.exec(value) ?? [];
  const factor = units[unit.toLowerCase()];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}
