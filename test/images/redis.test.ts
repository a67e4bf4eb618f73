import { expect, test } from "vitest";

import { gbFrontend } from "../../src/images/gb-frontend.ts";
import { gbRedisFollower, redis } from "../../src/images/redis/redis.ts";
import { createPods } from "./pods.ts";

test("redis keeps texts, numbers, lists, sets and hashes, for as long as they are meant to live", async () => {
  const pods = createPods();
  const server = pods.start(redis);
  await pods.clock.advance(10);
  expect(server.output.stdout).toMatch(/1:M 31 Jan 2025 12:00:00\.000 \* Ready to accept connections tcp\n$/u);
  const run = async (...words: string[]): Promise<string> => {
    const { stdout, stderr } = await server.exec(["redis-cli", "--no-raw", ...words]);
    return stdout + stderr;
  };
  expect(await run("PING")).toBe("PONG\n");
  expect(await run("SET", "a", "1", "EX", "100")).toBe("OK\n");
  expect(await run("INCRBY", "a", "41")).toBe("(integer) 42\n");
  expect(await run("GET", "a")).toBe('"42"\n');
  expect(await run("TTL", "a")).toBe("(integer) 100\n");
  expect(await run("RPUSH", "l", "x", "y", "z")).toBe("(integer) 3\n");
  expect(await run("LRANGE", "l", "0", "-2")).toBe('1) "x"\n2) "y"\n');
  expect(await run("GET", "l")).toBe("(error) WRONGTYPE Operation against a key holding the wrong kind of value\n");
  expect(await run("HSET", "h", "f", "v")).toBe("(integer) 1\n");
  expect(await run("HGETALL", "h")).toBe('1) "f"\n2) "v"\n');
  expect(await run("KEYS", "*")).toBe('1) "a"\n2) "l"\n3) "h"\n');
  await pods.clock.advance(100_000);
  expect(await run("GET", "a")).toBe("(nil)\n");
  expect(await run("GET")).toBe("(error) ERR wrong number of arguments for 'get' command\n");
  expect(await run("NOSUCH", "x")).toBe("(error) ERR unknown command 'NOSUCH', with args beginning with: 'x' \n");
});

test("redis-cli takes commands from its stdin, and says when nobody is there", async () => {
  const pods = createPods();
  const server = pods.start(redis);
  await pods.clock.advance(10);
  expect((await server.exec(["redis-cli"], 'set k "two words"\nget k\n')).stdout).toBe("OK\ntwo words\n");
  expect(await server.exec(["redis-cli", "-p", "1", "ping"])).toMatchObject({
    stderr: "Could not connect to Redis at 127.0.0.1:1: Connection refused\n",
    exitCode: 1,
  });
  expect((await server.exec(["sh", "-c", "printf 'PING\\r\\nQUIT\\r\\n' | redis-cli -h nosuch"])).stderr).toBe(
    "Could not connect to Redis at nosuch:6379: Name or service not known\n",
  );
});

test("redis tells and changes what it is set to", async () => {
  const pods = createPods();
  const script =
    "printf 'maxmemory 2mb\\nmaxmemory-policy allkeys-lru\\n' > /redis.conf; exec redis-server /redis.conf";
  const server = pods.start(redis, { command: ["sh", "-c", script] });
  await pods.clock.advance(100);
  const run = async (line: string): Promise<string> =>
    (await server.exec(["redis-cli", "--no-raw", ...line.split(" ")])).stdout;
  expect(await run("CONFIG GET maxmemory")).toBe('1) "maxmemory"\n2) "2097152"\n');
  expect(await run("config get maxmemory-p*")).toBe('1) "maxmemory-policy"\n2) "allkeys-lru"\n');
  expect(await run("CONFIG SET maxmemory 1k")).toBe("OK\n");
  expect(await run("CONFIG GET maxmemory")).toContain('"1000"');
  expect(await run("CONFIG SET maxmemory-policy best")).toContain("must be one of the following: volatile-lru, ");
  expect(await run("CONFIG SET nope 1")).toContain("Unknown option or number of arguments for CONFIG SET - 'nope'");
});

test("a password is asked for", async () => {
  const pods = createPods();
  const server = pods.start(redis, { args: ["--requirepass", "secret"] });
  await pods.clock.advance(10);
  expect((await server.exec(["redis-cli", "get", "a"])).stdout).toBe("NOAUTH Authentication required.\n\n");
  expect((await server.exec(["redis-cli", "-a", "secret", "--no-auth-warning", "ping"])).stdout).toBe("PONG\n");
});

test("the guestbook writes to the leader and reads from followers, also from one that comes later", async () => {
  const pods = createPods({ "redis-leader": ["10.244.0.11"], "redis-follower": ["10.244.0.12"] });
  const page = pods.start(gbFrontend);
  const leader = pods.start(redis);
  await pods.clock.advance(10);
  expect((await page.ask(80, "/guestbook.php?cmd=set&key=messages&value=,hi")).body).toBe('{"message": "Updated"}');
  const follower = pods.start(gbRedisFollower);
  await pods.clock.advance(2000);
  expect((await page.ask(80, "/guestbook.php?cmd=get&key=messages")).body).toBe('{"data": ",hi"}');
  expect((await follower.exec(["redis-cli", "set", "a", "b"])).stdout).toContain("READONLY");
  await leader.live.stop(0);
  await pods.clock.advance(100);
  expect((await page.ask(80, "/guestbook.php?cmd=set&key=messages&value=x")).status).toBe(500);
  expect(pods.errors).toEqual([]);
});
