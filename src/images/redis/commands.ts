import type { RespValue } from "../../programs/network/redis/resp.ts";
import { matchesGlob } from "../nginx/glob.ts";
import type { RedisStore, RedisValue } from "./store.ts";

export interface CommandContext {
  readonly store: RedisStore;
  readonly now: number;
}

type Command = (words: readonly string[], context: CommandContext) => RespValue;

interface Spec {
  /** How many words follow its name: at least, at most. */
  readonly arity: readonly [least: number, most: number];
  /** Told to replicas. */
  readonly writes?: boolean;
  readonly run: Command;
}

/** A command's refusal, as Redis words it. */
export class RedisError extends Error {}

export const ok: RespValue = { kind: "status", text: "OK" };
const nothing: RespValue = { kind: "nothing" };
const text = (value: string): RespValue => ({ kind: "text", text: value });
const integer = (value: number): RespValue => ({ kind: "integer", value });
const list = (values: readonly string[]): RespValue => ({ kind: "list", values: values.map((one) => text(one)) });
const many = Infinity;

export const commands: ReadonlyMap<string, Spec> = new Map<string, Spec>([
  [
    "PING",
    { arity: [0, 1], run: ([message]) => (message === undefined ? { kind: "status", text: "PONG" } : text(message)) },
  ],
  ["ECHO", { arity: [1, 1], run: ([message = ""]) => text(message) }],
  ["GET", { arity: [1, 1], run: ([key = ""], { store }) => optional(stringAt(store, key)) }],
  ["SET", { arity: [2, many], writes: true, run: set }],
  [
    "SETNX",
    {
      arity: [2, 2],
      writes: true,
      run: ([key = "", value = ""], context) => integer(set([key, value, "NX"], context) === ok ? 1 : 0),
    },
  ],
  [
    "SETEX",
    {
      arity: [3, 3],
      writes: true,
      run: ([key = "", seconds = "", value = ""], context) => set([key, value, "EX", seconds], context),
    },
  ],
  ["GETSET", { arity: [2, 2], writes: true, run: exchange }],
  [
    "MGET",
    {
      arity: [1, many],
      run: (keys, { store }) => ({ kind: "list", values: keys.map((key) => optional(plainAt(store, key))) }),
    },
  ],
  ["MSET", { arity: [2, many], writes: true, run: setMany }],
  ["APPEND", { arity: [2, 2], writes: true, run: append }],
  ["STRLEN", { arity: [1, 1], run: ([key = ""], { store }) => integer(Buffer.byteLength(stringAt(store, key) ?? "")) }],
  [
    "DEL",
    {
      arity: [1, many],
      writes: true,
      run: (keys, { store }) => integer(keys.filter((key) => store.delete(key)).length),
    },
  ],
  [
    "UNLINK",
    {
      arity: [1, many],
      writes: true,
      run: (keys, { store }) => integer(keys.filter((key) => store.delete(key)).length),
    },
  ],
  [
    "EXISTS",
    { arity: [1, many], run: (keys, { store }) => integer(keys.filter((key) => store.get(key) !== undefined).length) },
  ],
  ["INCR", { arity: [1, 1], writes: true, run: ([key = ""], context) => add(key, 1, context) }],
  ["DECR", { arity: [1, 1], writes: true, run: ([key = ""], context) => add(key, -1, context) }],
  ["INCRBY", { arity: [2, 2], writes: true, run: ([key = "", by = ""], context) => add(key, numberOf(by), context) }],
  ["DECRBY", { arity: [2, 2], writes: true, run: ([key = "", by = ""], context) => add(key, -numberOf(by), context) }],
  [
    "KEYS",
    {
      arity: [1, 1],
      run: ([pattern = ""], { store }) => list(store.keys().filter((key) => matchesGlob(key, pattern))),
    },
  ],
  ["DBSIZE", { arity: [0, 0], run: (_, { store }) => integer(store.keys().length) }],
  ["FLUSHALL", { arity: [0, 1], writes: true, run: flush }],
  ["FLUSHDB", { arity: [0, 1], writes: true, run: flush }],
  ["TYPE", { arity: [1, 1], run: ([key = ""], { store }) => ({ kind: "status", text: typeName(store.get(key)) }) }],
  [
    "EXPIRE",
    {
      arity: [2, 3],
      writes: true,
      run: ([key = "", amount = ""], context) => expire(key, numberOf(amount) * 1000, context),
    },
  ],
  [
    "PEXPIRE",
    { arity: [2, 3], writes: true, run: ([key = "", amount = ""], context) => expire(key, numberOf(amount), context) },
  ],
  [
    "PERSIST",
    {
      arity: [1, 1],
      writes: true,
      run: ([key = ""], { store }) => integer(store.timeLeft(key) >= 0 && store.expireAt(key, undefined) ? 1 : 0),
    },
  ],
  ["TTL", { arity: [1, 1], run: ([key = ""], { store }) => integer(inSeconds(store.timeLeft(key))) }],
  ["PTTL", { arity: [1, 1], run: ([key = ""], { store }) => integer(store.timeLeft(key)) }],
  [
    "RPUSH",
    {
      arity: [2, many],
      writes: true,
      run: ([key = "", ...values], { store }) => push(store, key, [...listAt(store, key), ...values]),
    },
  ],
  [
    "LPUSH",
    {
      arity: [2, many],
      writes: true,
      run: ([key = "", ...values], { store }) => push(store, key, [...values.toReversed(), ...listAt(store, key)]),
    },
  ],
  ["LPOP", { arity: [1, 1], writes: true, run: ([key = ""], { store }) => pop(store, key, 0) }],
  ["RPOP", { arity: [1, 1], writes: true, run: ([key = ""], { store }) => pop(store, key, -1) }],
  ["LLEN", { arity: [1, 1], run: ([key = ""], { store }) => integer(listAt(store, key).length) }],
  ["LRANGE", { arity: [3, 3], run: range }],
  ["SADD", { arity: [2, many], writes: true, run: addMembers }],
  ["SMEMBERS", { arity: [1, 1], run: ([key = ""], { store }) => list([...setAt(store, key)]) }],
  ["SCARD", { arity: [1, 1], run: ([key = ""], { store }) => integer(setAt(store, key).size) }],
  [
    "SISMEMBER",
    { arity: [2, 2], run: ([key = "", member = ""], { store }) => integer(setAt(store, key).has(member) ? 1 : 0) },
  ],
  ["HSET", { arity: [3, many], writes: true, run: setFields }],
  ["HGET", { arity: [2, 2], run: ([key = "", field = ""], { store }) => optional(mapAt(store, key).get(field)) }],
  ["HGETALL", { arity: [1, 1], run: ([key = ""], { store }) => list([...mapAt(store, key)].flat()) }],
  ["HDEL", { arity: [2, many], writes: true, run: deleteFields }],
]);

function optional(value: string | undefined): RespValue {
  return value === undefined ? nothing : text(value);
}

const wrongType = "WRONGTYPE Operation against a key holding the wrong kind of value";

function stringAt(store: RedisStore, key: string): string | undefined {
  const value = store.get(key);
  if (value !== undefined && typeof value !== "string") throw new RedisError(wrongType);
  return value;
}

/** As MGET has it: what is no text is nothing. */
function plainAt(store: RedisStore, key: string): string | undefined {
  const value = store.get(key);
  return typeof value === "string" ? value : undefined;
}

function listAt(store: RedisStore, key: string): readonly string[] {
  const value = store.get(key) ?? [];
  if (!Array.isArray(value)) throw new RedisError(wrongType);
  return value as readonly string[];
}

function setAt(store: RedisStore, key: string): ReadonlySet<string> {
  const value = store.get(key) ?? new Set<string>();
  if (!(value instanceof Set)) throw new RedisError(wrongType);
  return value;
}

function mapAt(store: RedisStore, key: string): ReadonlyMap<string, string> {
  const value = store.get(key) ?? new Map<string, string>();
  if (!(value instanceof Map)) throw new RedisError(wrongType);
  return value;
}

function typeName(value: RedisValue | undefined): string {
  if (value === undefined) return "none";
  if (typeof value === "string") return "string";
  if (Array.isArray(value)) return "list";
  return value instanceof Set ? "set" : "hash";
}

function numberOf(word: string): number {
  if (!/^-?\d+$/u.test(word)) throw new RedisError("ERR value is not an integer or out of range");
  return Number(word);
}

function set([key = "", value = "", ...options]: readonly string[], { store, now }: CommandContext): RespValue {
  let until: number | undefined;
  for (let at = 0; at < options.length; at++) {
    const option = options[at]?.toUpperCase() ?? "";
    const isThere = store.get(key) !== undefined;
    if ((option === "NX" && isThere) || (option === "XX" && !isThere)) return nothing;
    if (option === "EX" || option === "PX") until = now + numberOf(options[++at] ?? "") * (option === "EX" ? 1000 : 1);
    else if (!["NX", "XX", "KEEPTTL", "GET"].includes(option)) throw new RedisError("ERR syntax error");
  }
  store.set(key, value, until);
  return ok;
}

function exchange([key = "", value = ""]: readonly string[], { store }: CommandContext): RespValue {
  const previous = stringAt(store, key);
  store.set(key, value);
  return optional(previous);
}

function setMany(words: readonly string[], { store }: CommandContext): RespValue {
  if (words.length % 2 !== 0) throw new RedisError("ERR wrong number of arguments for 'mset' command");
  for (let at = 0; at < words.length; at += 2) store.set(words[at] ?? "", words[at + 1] ?? "");
  return ok;
}

function append([key = "", value = ""]: readonly string[], { store }: CommandContext): RespValue {
  const whole = `${stringAt(store, key) ?? ""}${value}`;
  store.update(key, whole);
  return integer(Buffer.byteLength(whole));
}

function add(key: string, by: number, { store }: CommandContext): RespValue {
  const value = numberOf(stringAt(store, key) ?? "0") + by;
  store.update(key, String(value));
  return integer(value);
}

function flush(_: readonly string[], { store }: CommandContext): RespValue {
  store.clear();
  return ok;
}

function expire(key: string, ms: number, { store, now }: CommandContext): RespValue {
  return integer(store.expireAt(key, now + ms) ? 1 : 0);
}

function inSeconds(ms: number): number {
  return ms < 0 ? ms : Math.round(ms / 1000);
}

function push(store: RedisStore, key: string, values: readonly string[]): RespValue {
  store.update(key, values);
  return integer(values.length);
}

function pop(store: RedisStore, key: string, at: 0 | -1): RespValue {
  const values = listAt(store, key);
  const left = at === 0 ? values.slice(1) : values.slice(0, -1);
  if (left.length === 0) store.delete(key);
  else store.update(key, left);
  return optional(values.at(at));
}

function range([key = "", start = "", stop = ""]: readonly string[], { store }: CommandContext): RespValue {
  const values = listAt(store, key);
  const at = (word: string): number =>
    numberOf(word) < 0 ? Math.max(0, values.length + numberOf(word)) : numberOf(word);
  return list(values.slice(at(start), at(stop) + 1));
}

function addMembers([key = "", ...members]: readonly string[], { store }: CommandContext): RespValue {
  const before = setAt(store, key);
  const after = new Set([...before, ...members]);
  store.update(key, after);
  return integer(after.size - before.size);
}

function setFields([key = "", ...words]: readonly string[], { store }: CommandContext): RespValue {
  if (words.length % 2 !== 0) throw new RedisError("ERR wrong number of arguments for 'hset' command");
  const before = mapAt(store, key);
  const after = new Map(before);
  for (let at = 0; at < words.length; at += 2) after.set(words[at] ?? "", words[at + 1] ?? "");
  store.update(key, after);
  return integer(after.size - before.size);
}

function deleteFields([key = "", ...fields]: readonly string[], { store }: CommandContext): RespValue {
  const map = new Map(mapAt(store, key));
  const count = fields.filter((field) => map.delete(field)).length;
  if (map.size === 0) store.delete(key);
  else store.update(key, map);
  return integer(count);
}
