import type { Duplex } from "node:stream";

import { encodeCommand, encodeResp, RespError, RespReader, type RespValue } from "../../programs/network/redis/resp.ts";
import type { Process } from "../../runtime/process.ts";
import { commands, ok, RedisError } from "./commands.ts";
import type { RedisConfig } from "./config.ts";
import { RedisStore } from "./store.ts";

/** A Redis server's data and who follows it. */
export interface RedisServer {
  readonly store: RedisStore;
  readonly config: RedisConfig;
  /** `host:port` of the one it follows. */
  readonly leader: string | undefined;
  /** Connections of those that follow this one. */
  readonly followers: Set<Duplex>;
}

export function createRedisServer(process: Process, options: Pick<RedisServer, "config" | "leader">): RedisServer {
  return { ...options, store: new RedisStore(process.clock), followers: new Set() };
}

/** Answers the commands of one client, in order. */
export function serveRedisClient(process: Process, server: RedisServer, connection: Duplex): void {
  const reader = new RespReader();
  const client = { isKnown: server.config.get("requirepass") === "" };
  connection.on("end", () => connection.end());
  connection.on("close", () => server.followers.delete(connection));
  connection.on("data", (chunk: Buffer) => {
    try {
      for (const value of reader.add(chunk)) {
        const words = wordsOf(value);
        if (words.length > 0) connection.write(encodeResp(reply(process, server, { client, connection, words })));
        if (words[0]?.toUpperCase() === "QUIT") connection.end();
      }
    } catch (error) {
      if (!(error instanceof RespError)) throw error;
      connection.end(`-ERR ${error.message}\r\n`);
    }
  });
}

function wordsOf(value: RespValue): readonly string[] {
  return value.kind === "list" ? value.values.flatMap((one) => (one.kind === "text" ? [one.text] : [])) : [];
}

interface Call {
  readonly client: { isKnown: boolean };
  readonly connection: Duplex;
  readonly words: readonly string[];
}

function reply(process: Process, server: RedisServer, { client, connection, words }: Call): RespValue {
  const [name = "", ...args] = words;
  const upper = name.toUpperCase();
  if (upper === "AUTH") return authenticate(server, client, args);
  if (!client.isKnown && upper !== "QUIT") return failure("NOAUTH Authentication required.");
  if (upper === "PSYNC" || upper === "SYNC") return follow(server, connection);
  const spec = commands.get(upper);
  if (!spec) return session(process, server, words);
  const [least, most] = spec.arity;
  if (args.length < least || args.length > most) {
    return failure(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);
  }
  if (spec.writes && server.leader !== undefined)
    return failure("READONLY You can't write against a read only replica.");
  return runCommand(process, server, words);
}

/** Runs a command that is known to fit, and tells those that follow. */
export function runCommand(process: Process, { store, followers }: RedisServer, words: readonly string[]): RespValue {
  const [name = "", ...args] = words;
  const spec = commands.get(name.toUpperCase());
  if (!spec) return failure(`ERR unknown command '${name}'`);
  try {
    const value = spec.run(args, { store, now: process.clock.now() });
    if (spec.writes) for (const follower of followers) follower.write(encodeCommand(words));
    return value;
  } catch (error) {
    if (error instanceof RedisError) return failure(error.message);
    throw error;
  }
}

function failure(message: string): RespValue {
  return { kind: "error", text: message };
}

function authenticate({ config }: RedisServer, client: { isKnown: boolean }, args: readonly string[]): RespValue {
  const password = config.get("requirepass");
  if (password === "") {
    return failure(
      "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
    );
  }
  if (args.at(-1) !== password) return failure("WRONGPASS invalid username-password pair or user is disabled.");
  client.isKnown = true;
  return ok;
}

/** A follower gets all there is as commands, and then every write. */
function follow(server: RedisServer, connection: Duplex): RespValue {
  const { store, followers } = server;
  followers.add(connection);
  for (const key of store.keys()) {
    const value = store.get(key);
    if (value === undefined) continue;
    if (typeof value === "string") connection.write(encodeCommand(["SET", key, value]));
    else if (Array.isArray(value)) connection.write(encodeCommand(["RPUSH", key, ...(value as readonly string[])]));
    else if (value instanceof Set) connection.write(encodeCommand(["SADD", key, ...(value as ReadonlySet<string>)]));
    else connection.write(encodeCommand(["HSET", key, ...[...(value as ReadonlyMap<string, string>)].flat()]));
  }
  return { kind: "status", text: "CONTINUE" };
}

/** Commands about the connection and the server itself. */
function session(process: Process, server: RedisServer, [name = "", ...args]: readonly string[]): RespValue {
  switch (name.toUpperCase()) {
    case "SELECT":
    case "QUIT":
    case "SAVE":
    case "BGSAVE":
    case "CLIENT":
    case "REPLCONF":
      return ok;
    case "COMMAND":
      return { kind: "list", values: [] };
    case "CONFIG":
      return configure(server, args);
    case "INFO":
      return { kind: "text", text: information(process, server) };
    case "ROLE":
      return { kind: "list", values: [{ kind: "text", text: server.leader === undefined ? "master" : "slave" }] };
    default:
      return failure(
        `ERR unknown command '${name}', with args beginning with: ${args.map((arg) => `'${arg}' `).join("")}`,
      );
  }
}

function configure({ config }: RedisServer, [verb = "", ...words]: readonly string[]): RespValue {
  const name = verb.toLowerCase();
  const isShort = words.length === 0 || (name === "set" && words.length % 2 !== 0);
  if ((name === "get" || name === "set") && isShort) {
    return failure(`ERR wrong number of arguments for 'config|${name}' command`);
  }
  if (name === "get") return { kind: "list", values: config.matching(words).map((text) => ({ kind: "text", text })) };
  const refusal = name === "set" ? config.set(words) : undefined;
  return refusal === undefined ? ok : failure(refusal);
}

function information({ clock, container }: Process, { store, leader, followers }: RedisServer): string {
  const [host, port] = leader?.split(":") ?? [];
  const lines = [
    "# Server",
    "redis_version:7.4.2",
    "redis_mode:standalone",
    "tcp_port:6379",
    `uptime_in_seconds:${Math.floor((clock.now() - container.startedAt) / 1000)}`,
    "",
    "# Replication",
    `role:${leader === undefined ? "master" : "slave"}`,
    ...(leader === undefined
      ? []
      : [`master_host:${host ?? ""}`, `master_port:${port ?? ""}`, "master_link_status:up"]),
    `connected_slaves:${followers.size}`,
    "",
    "# Keyspace",
    ...(store.keys().length > 0 ? [`db0:keys=${store.keys().length},expires=0,avg_ttl=0`] : []),
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}
