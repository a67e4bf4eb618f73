import type { Duplex } from "node:stream";

import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";

const port = 11_211;
const version = "1.6.34";

/** memcached, which speaks its text protocol. https://docs.memcached.org/protocols/basic/ */
export const memcached: Image = {
  names: ["memcached"],
  base: "debian",
  entrypoint: ["docker-entrypoint.sh"],
  command: ["memcached"],
  env: { MEMCACHED_VERSION: version },
  user: { uid: 11_211, gid: 11_211, name: "memcache", home: "/" },
  ports: [port],
  sizeMiB: 33,
  programs: { "/usr/local/bin/docker-entrypoint.sh": start, "/usr/local/bin/memcached": run },
};

function start(process: Process): Promise<number> {
  const args = process.argv.slice(1);
  return process.become(args[0]?.startsWith("-") === true ? ["memcached", ...args] : args);
}

async function run(process: Process): Promise<number> {
  const { argv, network } = process;
  if (argv.includes("-V") || argv.includes("--version")) {
    await process.print(`memcached ${version}\n`);
    return 0;
  }
  const at = argv.indexOf("-p");
  const cache: Cache = { items: new Map(), now: () => process.clock.now(), startedAt: process.clock.now() };
  network.serveTcp(at < 0 ? port : Number(argv[at + 1]), (connection) => converse(connection, cache));
  await process.terminated;
  return 0;
}

interface Item {
  readonly flags: string;
  readonly value: string;
  /** Ms of the cluster's clock. */
  readonly until: number;
}

interface Cache {
  readonly items: Map<string, Item>;
  readonly now: () => number;
  readonly startedAt: number;
}

/** A command is a line; a value that is stored follows on the next. */
function converse(connection: Duplex, cache: Cache): void {
  let waiting = "";
  connection.on("error", () => connection.destroy());
  connection.on("end", () => connection.end());
  connection.on("data", (chunk: Buffer) => {
    waiting += chunk.toString("latin1");
    for (let end = waiting.indexOf("\n"); end >= 0; end = waiting.indexOf("\n")) {
      const words = waiting.slice(0, end).trim().split(/\s+/u);
      let rest = waiting.slice(end + 1);
      let value = "";
      if (storing.has(words[0] ?? "")) {
        const size = Number(words[4]);
        if (rest.length < size + 1) return;
        value = rest.slice(0, size);
        rest = rest.slice(rest.indexOf("\n", size) + 1);
      }
      waiting = rest;
      if (words[0] === "quit") connection.end();
      else if (words.at(-1) !== "noreply") connection.write(answer(cache, words, value), "latin1");
      else answer(cache, words, value);
    }
  });
}

const storing = new Set(["set", "add", "replace", "append", "prepend"]);

function answer(cache: Cache, [command = "", ...args]: readonly string[], value: string): string {
  const { items } = cache;
  const [key = "", second = "", third = ""] = args;
  if (storing.has(command)) return store(cache, command, { key, flags: second, seconds: Number(third), value });
  switch (command) {
    case "get":
    case "gets":
      return `${args.map((name) => shown(name, find(cache, name))).join("")}END\r\n`;
    case "delete":
      return find(cache, key) && items.delete(key) ? "DELETED\r\n" : "NOT_FOUND\r\n";
    case "incr":
    case "decr":
      return count(cache, key, command === "incr" ? Number(second) : -Number(second));
    case "flush_all":
      items.clear();
      return "OK\r\n";
    case "version":
      return `VERSION ${version}\r\n`;
    case "stats":
      return statistics(cache);
    default:
      return "ERROR\r\n";
  }
}

function find({ items, now }: Cache, key: string): Item | undefined {
  const item = items.get(key);
  return item && item.until > now() ? item : undefined;
}

function shown(key: string, item: Item | undefined): string {
  return item ? `VALUE ${key} ${item.flags} ${item.value.length}\r\n${item.value}\r\n` : "";
}

function store(
  cache: Cache,
  command: string,
  { key, flags, seconds, value }: { key: string; flags: string; seconds: number; value: string },
): string {
  const before = find(cache, key);
  if (command === "add" ? before : command !== "set" && !before) return "NOT_STORED\r\n";
  const whole = { append: `${before?.value ?? ""}${value}`, prepend: `${value}${before?.value ?? ""}` };
  const text = command === "append" || command === "prepend" ? whole[command] : value;
  cache.items.set(key, { flags, value: text, until: seconds === 0 ? Infinity : cache.now() + seconds * 1000 });
  return "STORED\r\n";
}

/** It stops at zero. */
function count(cache: Cache, key: string, by: number): string {
  const item = find(cache, key);
  if (!item) return "NOT_FOUND\r\n";
  if (!/^\d+$/u.test(item.value)) return "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n";
  const value = String(Math.max(0, Number(item.value) + by));
  cache.items.set(key, { ...item, value });
  return `${value}\r\n`;
}

function statistics({ items, now, startedAt }: Cache): string {
  const facts = { uptime: Math.floor((now() - startedAt) / 1000), version, curr_items: items.size };
  return `${Object.entries(facts)
    .map(([name, fact]) => `STAT ${name} ${fact}\r\n`)
    .join("")}END\r\n`;
}
