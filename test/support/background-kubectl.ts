import type { Duplex } from "node:stream";

import { encodeText, readAll } from "../../src/api/bytes.ts";
import type { Cluster } from "../../src/index.ts";
import type { Io, Listener } from "../../src/kubectl/io.ts";
import { kubeconfigInMemory } from "../../src/kubectl/kubeconfig.ts";
import { kubectl } from "../../src/kubectl/kubectl.ts";
import { Connection } from "../../src/network/connection.ts";
import { httpExchange } from "../../src/network/http-client.ts";

/** Of the event loop, until what is said after the first port is open has been said. */
const turnsToSayAll = 3;

/** Commands of kubectl that run on while others are typed, and the ports of this machine that they listen on, without sockets. */
export class BackgroundKubectl {
  readonly #cluster: Cluster;
  readonly #ports = new Map<number, (socket: Duplex) => void>();
  readonly #running: AbortController[] = [];
  #printed = "";
  #onListen = (): void => {};

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Resolves when the command waits for connections, or has ended. */
  async start(args: readonly string[]): Promise<void> {
    const interrupt = new AbortController();
    this.#running.push(interrupt);
    const { transport, clock } = this.#cluster;
    const connection = { transport, namespace: "default", kubeconfig: kubeconfigInMemory("default") };
    const listening = new Promise<void>((resolve) => {
      this.#onListen = resolve;
    });
    const ended = kubectl(args, { connect: () => connection, io: this.#io(interrupt.signal), clock });
    await Promise.race([ended, listening]);
    for (let pass = 0; pass < turnsToSayAll; pass++) await turn();
  }

  /** Ctrl-C for all of them. */
  async stop(): Promise<void> {
    for (const interrupt of this.#running.splice(0)) interrupt.abort();
    await turn();
  }

  /** What they have printed since this was last asked. */
  takePrinted(): string {
    const printed = this.#printed.trimEnd();
    this.#printed = "";
    return printed;
  }

  listensOn(port: number): boolean {
    return this.#ports.has(port);
  }

  /** What a client of this machine gets: the body, or the reason why there is none. */
  async get(port: number, path: string): Promise<string | undefined> {
    const here = { ip: "127.0.0.1", port };
    const there = { ip: "127.0.0.1", port: 40_000 };
    const cable = { clock: this.#cluster.clock, line: () => 0, onClose: () => {} };
    const [client, server] = [new Connection(there, here, cable), new Connection(here, there, cable)];
    Connection.join(client, server);
    this.#ports.get(port)?.(server);
    const headers = { host: `localhost:${port}`, connection: "close" };
    try {
      const { body } = await httpExchange(client, { method: "GET", url: path, headers, body: new Uint8Array() });
      if (typeof body === "string") return body;
      return Buffer.from(body instanceof Uint8Array ? body : await readAll(body)).toString();
    } catch {
      return undefined;
    }
  }

  #io(interrupt: AbortSignal): Io {
    const print = async (bytes: string | Uint8Array): Promise<void> => {
      this.#printed += Buffer.from(typeof bytes === "string" ? encodeText(bytes) : bytes).toString();
    };
    return {
      stdin: nothing(),
      out: print,
      err: print,
      interrupt,
      terminal: undefined,
      readFile: (path) => path,
      listen: async (place, accept): Promise<Listener> => {
        const port = "path" in place ? 0 : place.port;
        this.#ports.set(port, accept);
        this.#onListen();
        return { port, close: () => void this.#ports.delete(port) };
      },
    };
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
