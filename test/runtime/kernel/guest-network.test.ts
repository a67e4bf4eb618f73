import { expect, test } from "vitest";

import { NetworkError } from "../../../src/network/network.ts";
import { createNetwork } from "../../../src/network/simulated-network.ts";
import type { Resolver } from "../../../src/runtime/live-container.ts";
import { Random } from "../../../src/sim/random.ts";
import { VirtualClock } from "../../../src/sim/virtual-clock.ts";
import { makeContainer, runToEnd } from "../running-container.ts";

const get = { method: "GET", url: "/", headers: {}, body: new Uint8Array() };

test("a server ends with its process, and its port can be taken again", async () => {
  const clock = new VirtualClock();
  const network = createNetwork({ clock, random: new Random(1) });
  const container = makeContainer(
    async (process) => {
      for (const name of ["one", "two"]) {
        const server = await process.spawn(["server", name]);
        await process.sleep(10);
        const response = await process.network.fetch({ ip: "127.0.0.1", port: 80 }, get);
        if (typeof response.body === "string") await process.print(`${response.body} `);
        process.kill(server.pid, "SIGKILL");
        await server.exit;
      }
      await process.network.fetch({ ip: "127.0.0.1", port: 80 }, get);
      return 0;
    },
    {
      server: async (process) => {
        process.network.serveHttp(80, () => ({ status: 200, headers: {}, body: process.argv[1] ?? "" }));
        await process.terminated;
        return 0;
      },
    },
    { clock, network },
  );
  expect(await runToEnd(container)).toBe("1");
  expect(container.output).toEqual({ stdout: "one two ", stderr: "app: connect ECONNREFUSED\n" });
});

test("a second server on a port is EADDRINUSE", async () => {
  const container = makeContainer(async (process) => {
    const accept = (): void => {};
    process.network.serveTcp(80, accept);
    try {
      process.network.serveTcp(80, accept, "127.0.0.1");
      return 1;
    } catch (error) {
      return error instanceof NetworkError && error.code === "EADDRINUSE" ? 0 : 2;
    }
  });
  expect(await runToEnd(container)).toBe("0");
});

test("killing a client in the middle of a connection resets it", async () => {
  const ends: string[] = [];
  const container = makeContainer(
    async (process) => {
      process.network.serveTcp(80, (connection) => {
        connection.on("close", () => ends.push("closed"));
        connection.resume();
      });
      const caller = await process.spawn(["caller"]);
      await process.sleep(10);
      process.kill(caller.pid, "SIGKILL");
      await process.sleep(10);
      return 0;
    },
    {
      caller: async (process) => {
        await process.network.dial({ ip: "127.0.0.1", port: 80 });
        await process.sleep(1_000_000);
        return 0;
      },
    },
  );
  expect(await runToEnd(container)).toBe("0");
  expect(ends).toEqual(["closed"]);
});

test("names are looked up with the container's own files", async () => {
  const asked: unknown[] = [];
  const resolver: Resolver = {
    lookup: (name, files) => {
      asked.push([name, files]);
      return Promise.resolve(["10.96.0.1"]);
    },
  };
  const container = makeContainer(
    async (process) => {
      process.files.write("/etc/hosts", "127.0.0.1 localhost\n");
      await process.print((await process.network.lookup("web")).join());
      return 0;
    },
    {},
    { resolver },
  );
  expect(await runToEnd(container)).toBe("0");
  expect(container.output.stdout).toBe("10.96.0.1");
  expect(asked).toEqual([["web", { hosts: "127.0.0.1 localhost\n", resolvConf: "" }]]);
});

test("a handler that fails by a bug of ours is logged", async () => {
  const container = makeContainer(async (process) => {
    process.network.serveHttp(80, async () => Promise.reject(new TypeError("oops")));
    await process.network.fetch({ ip: "127.0.0.1", port: 80 }, get).catch(() => {});
    return 0;
  });
  expect(await runToEnd(container)).toBe("0");
  expect(container.errors).toEqual([expect.stringContaining("TypeError: oops")]);
});
