import { type Duplex, duplexPair } from "node:stream";

import { expect, test } from "vitest";

import { httpListener } from "../../src/network/http-listener.ts";
import type { FlowRecord, Network } from "../../src/network/network.ts";
import { createNetwork } from "../../src/network/simulated-network.ts";
import { Random } from "../../src/sim/random.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";

const client = "10.244.1.2";
const one = "10.244.2.2";
const two = "10.244.2.3";
const request = { method: "GET", url: "/", headers: { host: "web" }, body: new Uint8Array() };

interface World {
  readonly network: Network;
  readonly clock: VirtualClock;
  /** Takes the first server down. */
  takeDown(): void;
}

/** A client and two web servers on port 80 that say their IP. */
function world(): World {
  const clock = new VirtualClock(0);
  const network = createNetwork({ clock, random: new Random(1) });
  network.addHost(client);
  const [takeDown = () => {}] = [one, two].map((ip) => {
    const down = network.addHost(ip);
    network.listen(
      { ip, port: 80 },
      httpListener(() => ({ status: 200, headers: {}, body: ip }), clock),
    );
    return down;
  });
  return { network, clock, takeDown };
}

/** What work brings, or the code it fails with, and when it ended. */
async function outcome(clock: VirtualClock, work: Promise<{ body: unknown }>): Promise<[unknown, number]> {
  const ended = work.then(
    ({ body }): [unknown, number] => [body, clock.now()],
    (error: unknown): [unknown, number] => [
      error instanceof Error && "code" in error ? error.code : error,
      clock.now(),
    ],
  );
  await clock.advance(200_000);
  return ended;
}

test("requests over one connection go where the first went, until its server is gone", async () => {
  const { network, takeDown } = world();
  let turn = 0;
  network.addRedirect(({ to }) => (to.ip === "10.96.0.1" ? { ip: turn++ % 2 === 0 ? one : two, port: 80 } : undefined));
  const connection = await network.connectHttp(client, { ip: "10.96.0.1", port: 80 });
  const bodies = [(await connection.fetch(request)).body, (await connection.fetch(request)).body];
  expect(bodies).toEqual([one, one]);
  expect((await network.fetch(client, { ip: "10.96.0.1", port: 80 }, request)).body).toBe(two);
  takeDown();
  expect(connection.isOpen).toBe(false);
});

test("a slow line delays the handshake and each request", async () => {
  const { network, clock } = world();
  network.addFault(() => () => 100);
  expect(await outcome(clock, network.fetch(client, { ip: one, port: 80 }, request))).toEqual([one, 200]);
});

test("what is lost is sent again: a second later for a handshake, then two, then four", async () => {
  const { network, clock } = world();
  let lost = 3;
  network.addFault(() => () => (lost-- > 0 ? Number.POSITIVE_INFINITY : 0));
  expect(await outcome(clock, network.fetch(client, { ip: one, port: 80 }, request))).toEqual([one, 7000]);
});

test("a line that loses everything times a connection out after 127 seconds", async () => {
  const { network, clock } = world();
  network.addFault(() => () => Number.POSITIVE_INFINITY);
  expect(await outcome(clock, network.fetch(client, { ip: one, port: 80 }, request))).toEqual(["ETIMEDOUT", 127_000]);
});

test("an open connection waits while its line is down, and goes on when it is back", async () => {
  const { network, clock } = world();
  const received: string[] = [];
  network.listen(
    { ip: one, port: 90 },
    { accept: (far) => void far.on("data", (bytes: Buffer) => received.push(bytes.toString())) },
  );
  const near = await network.dial(client, { ip: one, port: 90 });
  const mend = network.addFault(() => "drop");
  near.write("hello");
  await clock.advance(1000);
  expect(received).toEqual([]);
  mend();
  await clock.advance(1000);
  expect(received).toEqual(["hello"]);
});

test("a slow line delays what came from outside in both directions, half of it each way", async () => {
  const { network, clock } = world();
  network.addFault(() => () => 100);
  const seen: string[] = [];
  const note = (who: string, bytes: Buffer): void => void seen.push(`${who} ${bytes.toString()} ${clock.now()}`);
  const accept = (far: Duplex): void => {
    far.write("welcome");
    far.on("data", (bytes: Buffer) => {
      note("server", bytes);
      far.end("bye");
    });
  };
  network.listen({ ip: one, port: 90 }, { accept });
  const [outside, inside] = duplexPair();
  const from = { ip: "172.18.0.1", port: 40_000 };
  expect(network.enter(inside, { protocol: "TCP", from, to: { ip: one, port: 90 } })).toBe("accept");
  outside.on("data", (bytes: Buffer) => note("client", bytes));
  outside.write("hello");
  await clock.advance(1000);
  expect(seen).toEqual(["client welcome 150", "server hello 150", "client bye 200"]);
  expect(outside.readableEnded).toBe(true);
});

test("cut resets what matches and leaves the rest", async () => {
  const { network } = world();
  const accept = (): void => {};
  network.listen({ ip: one, port: 90 }, { accept });
  network.listen({ ip: two, port: 90 }, { accept });
  const [first, second] = await Promise.all([one, two].map((ip) => network.dial(client, { ip, port: 90 })));
  expect(network.cut(({ to }) => to.ip === one)).toBe(1);
  await new Promise((resolve) => first?.once("close", resolve));
  expect([first?.destroyed, second?.destroyed]).toEqual([true, false]);
});

test("a flow's record learns how its connection ended", async () => {
  const { network, clock } = world();
  const records: FlowRecord[] = [];
  network.onFlow((record) => records.push(record));
  await network.fetch(client, { ip: one, port: 80 }, request);
  expect(records[0]?.end).toEqual({ time: 0, sent: 0, received: one.length });

  network.listen({ ip: one, port: 90 }, { accept: (far) => far.end("bye") });
  const near = await network.dial(client, { ip: one, port: 90 });
  await clock.advance(5);
  near.resume();
  near.end("hello");
  await clock.settle();
  expect(records[1]?.end).toEqual({ time: 5, sent: 5, received: 3 });
});
