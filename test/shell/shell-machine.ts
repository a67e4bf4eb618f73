import { createNetwork } from "../../src/network/simulated-network.ts";
import { programs } from "../../src/programs/index.ts";
import { createContainer } from "../../src/runtime/create-container.ts";
import type { Base } from "../../src/runtime/image.ts";
import type { LiveContainer } from "../../src/runtime/live-container.ts";
import { shellTools } from "../../src/shell/index.ts";
import { Random } from "../../src/sim/random.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";
import { client } from "../runtime/running-container.ts";

/** What a shell left behind. */
export interface ShellResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A container with shells and programs; its directory is /work. */
export interface ShellMachine {
  readonly live: LiveContainer;
  /** Runs a command to its end, letting time pass. */
  run(argv: readonly string[], stdin?: string): Promise<ShellResult>;
  /** Opens a session on a terminal. */
  open(argv: readonly string[]): Promise<ShellSession>;
}

export interface ShellSession {
  /** What the terminal shows from these keys on, until all is quiet; a second passes. */
  type(keys: string): Promise<string>;
  exitCode(): number | undefined;
}

const address = "10.244.0.5";
const tools = [...shellTools, ...programs];
/** Shared, so that an image is built once. */
const clock = new VirtualClock();
const network = createNetwork({ clock, random: new Random(1) });
network.addHost(address);
const longestRunMs = 600_000;

export function shellMachine(base: Base, files: Readonly<Record<string, string>> = {}): ShellMachine {
  const live = createContainer({
    id: "c1",
    hostname: "web",
    image: {
      names: ["test"],
      base,
      programs: {
        "/init": async (process) => {
          await process.terminated;
          return 0;
        },
      },
    },
    imageName: "test",
    ports: [],
    tools,
    command: ["/init"],
    env: new Map([
      ["PATH", "/bin:/usr/bin:/sbin:/usr/sbin"],
      ["HOME", "/root"],
    ]),
    workingDirectory: "/work",
    mounts: [],
    readOnlyRoot: false,
    user: { uid: 0, gid: 0, name: "root", groups: [0] },
    pod: { name: "web", namespace: "default", ip: address, nodeName: "node-1" },
    network,
    resolver: { lookup: () => Promise.resolve([]) },
    clock,
    random: new Random(7),
    log: {
      write(level, message) {
        if (level === "error") throw new Error(message);
      },
    },
    stdin: false,
    stdinOnce: false,
    tty: false,
    output: () => {},
  });
  live.start();
  for (const [path, text] of Object.entries(files)) live.container.files.write(path, text, 0o755);
  return {
    live,
    run: (argv, stdin) => run(live, argv, stdin),
    open: (argv) => open(live, argv),
  };
}

async function run(live: LiveContainer, argv: readonly string[], stdin = ""): Promise<ShellResult> {
  const { streams, seen, type, end } = client();
  if (stdin !== "") type(stdin);
  end();
  const ended: { exitCode?: number } = {};
  void live.exec(argv, streams).then((code) => (ended.exitCode = code));
  const limit = clock.now() + longestRunMs;
  while (ended.exitCode === undefined && clock.now() < limit) await clock.advance(50);
  if (ended.exitCode === undefined) throw new Error(`${argv.join(" ")} does not end`);
  return { ...seen, exitCode: ended.exitCode };
}

async function open(live: LiveContainer, argv: readonly string[]): Promise<ShellSession> {
  const { streams, seen, type } = client({ tty: true });
  let exitCode: number | undefined;
  void live.exec(argv, streams).then((code) => (exitCode = code));
  await clock.advance(10);
  let shown = 0;
  return {
    async type(keys) {
      if (keys !== "") type(keys);
      await clock.advance(1000);
      const news = seen.stdout.slice(shown).replaceAll("\r\n", "\n");
      shown = seen.stdout.length;
      return news;
    },
    exitCode: () => exitCode,
  };
}
