import { redisCli } from "../../programs/network/redis/redis-cli.ts";
import type { Image } from "../../runtime/image.ts";
import type { Process } from "../../runtime/process.ts";
import { RedisConfig } from "./config.ts";
import { followLeader } from "./follow.ts";
import { createRedisServer, serveRedisClient } from "./server.ts";

const version = "7.4.2";

/** A Redis that keeps its data in memory, and redis-cli. */
export const redis: Image = {
  names: ["redis", "registry.k8s.io/redis", "registry.k8s.io/e2e-test-images/redis"],
  base: "debian",
  entrypoint: ["docker-entrypoint.sh"],
  command: ["redis-server"],
  workingDirectory: "/data",
  env: { REDIS_VERSION: version },
  ports: [6379],
  sizeMiB: 45,
  programs: programsOf([]),
};

/** The replica of the guestbook tutorial. */
export const gbRedisFollower: Image = {
  ...redis,
  names: [
    "gcr.io/google_samples/gb-redis-follower",
    "us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower",
  ],
  programs: programsOf(["--replicaof", "redis-leader", "6379"]),
};

function programsOf(args: readonly string[]): NonNullable<Image["programs"]> {
  return {
    "/usr/local/bin/docker-entrypoint.sh": entrypoint,
    "/usr/local/bin/redis-server": (process) => serve(process, [...args, ...process.argv.slice(1)]),
    "/usr/local/bin/redis-cli": redisCli.run,
  };
}

/** Options alone are for the server. */
function entrypoint(process: Process): Promise<number> {
  const args = process.argv.slice(1);
  const isForServer = args[0]?.startsWith("-") === true || args[0]?.endsWith(".conf") === true;
  return process.become(isForServer ? ["redis-server", ...args] : args);
}

async function serve(process: Process, args: readonly string[]): Promise<number> {
  const settings = settingsOf(process, args);
  const port = Number(settings.get("port") ?? 6379);
  const [host, leaderPort = "6379"] = (settings.get("replicaof") ?? settings.get("slaveof") ?? "").split(" ");
  const leader = host ? `${host}:${leaderPort}` : undefined;
  const password = settings.get("requirepass") ?? process.env.get("REDIS_PASSWORD") ?? "";
  const config = new RedisConfig([...settings, ["requirepass", password]]);
  const server = createRedisServer(process, { config, leader });
  const unconfigured =
    "Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf";
  const configured = args.length === 0 ? unconfigured : "Configuration loaded";
  const opening = [
    ["C", "*", "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo"],
    ["C", "*", `Redis version=${version}, bits=64, commit=00000000, modified=0, pid=${process.pid}, just started`],
    ["C", args.length === 0 ? "#" : "*", configured],
    ["M", "*", "monotonic clock: POSIX clock_gettime"],
    ["M", "*", `Running mode=standalone, port=${port}.`],
    ["M", "*", "Server initialized"],
    ["M", "*", "Ready to accept connections tcp"],
  ] as const;
  for (const [role, mark, text] of opening) await process.print(logLine(process, role, mark, text));
  process.network.serveTcp(port, (connection) => {
    serveRedisClient(process, server, connection);
  });
  if (leader !== undefined)
    void followLeader(process, server, { host: host ?? "", port: Number(leaderPort), log: logLine });
  const signal = await process.terminated;
  const seconds = Math.floor(process.clock.now() / 1000);
  await process.print(`${process.pid}:signal-handler (${seconds}) Received ${signal} scheduling shutdown...\n`);
  await process.print(logLine(process, "M", "*", "User requested shutdown..."));
  await process.print(logLine(process, "M", "#", "Redis is now ready to exit, bye bye..."));
  return 0;
}

/** A config file's lines and options of the command line, the later the stronger. */
function settingsOf(process: Process, args: readonly string[]): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  const path = args.find((arg) => arg.endsWith(".conf"));
  const text =
    path !== undefined && process.files.exists(process.resolve(path))
      ? process.files.readText(process.resolve(path))
      : "";
  for (const line of text.split("\n")) {
    const [name, ...values] = line.trim().split(/\s+/u);
    if (name && !name.startsWith("#")) settings.set(name, values.join(" ").replaceAll('"', ""));
  }
  let name = "";
  for (const arg of args) {
    if (arg.startsWith("--")) {
      name = arg.slice(2);
      settings.set(name, "");
    } else if (name !== "") settings.set(name, `${settings.get(name) ?? ""} ${arg}`.trim());
  }
  return settings;
}

/** `1:M 31 Jan 2025 12:00:00.000 * text`. */
function logLine({ pid, clock }: Process, role: string, mark: string, text: string): string {
  const time = new Date(clock.now());
  const [, day = "", month = "", year = ""] = time.toUTCString().split(" ");
  return `${pid}:${role} ${day} ${month} ${year} ${time.toISOString().slice(11, 23)} ${mark} ${text}\n`;
}
