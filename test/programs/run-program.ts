import { createNetwork } from "../../src/network/simulated-network.ts";
import { programs } from "../../src/programs/index.ts";
import { createContainer } from "../../src/runtime/create-container.ts";
import type { Image } from "../../src/runtime/image.ts";
import type { LiveContainer } from "../../src/runtime/live-container.ts";
import { shellTools } from "../../src/shell/index.ts";
import { Random } from "../../src/sim/random.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";
import { client } from "../runtime/running-container.ts";

/** What a program left behind. */
export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface Machine {
  readonly clock: VirtualClock;
  readonly live: LiveContainer;
  readonly errors: string[];
  /** Runs a command to its end, letting time pass. */
  run(argv: readonly string[], stdin?: string): Promise<Result>;
}

const image: Image = {
  names: ["test"],
  base: "busybox",
  programs: {
    "/init": async (process) => {
      await process.terminated;
      return 0;
    },
  },
};
const address = "10.244.0.5";
const tools = [...programs, ...shellTools];
const clock = new VirtualClock();
const network = createNetwork({ clock, random: new Random(1) });
network.addHost(address);
const longestRunMs = 600_000;

/** A container with all programs and some files by absolute path; its directory is /work. */
export function machine(files: Readonly<Record<string, string>> = {}, base: Image = image): Machine {
  const errors: string[] = [];
  const live = createContainer({
    id: "c1",
    hostname: "web",
    image: base,
    imageName: "test",
    ports: [],
    tools,
    command: ["/init"],
    env: new Map([["PATH", "/bin:/usr/bin:/sbin:/usr/sbin"]]),
    workingDirectory: "/work",
    mounts: [],
    readOnlyRoot: false,
    user: { uid: 0, gid: 0, name: "root", groups: [0] },
    pod: { name: "web", namespace: "default", ip: address, nodeName: "node-1" },
    network,
    resolver: { lookup: () => Promise.resolve([]) },
    clock,
    random: new Random(7),
    log: { write: (level, message) => void (level === "error" && errors.push(message)) },
    stdin: false,
    stdinOnce: false,
    tty: false,
    output: () => {},
  });
  live.start();
  for (const [path, text] of Object.entries(files)) live.container.files.write(path, text);
  return { clock, live, errors, run: (argv, stdin) => runIn(live, argv, stdin) };
}

async function runIn(live: LiveContainer, argv: readonly string[], stdin = ""): Promise<Result> {
  const { streams, seen, type, end } = client();
  if (stdin !== "") type(stdin);
  end();
  let isOver = false;
  const ended = live.exec(argv, streams).finally(() => (isOver = true));
  const limit = clock.now() + longestRunMs;
  while (!isOver && clock.now() < limit) await clock.advance(100);
  if (!isOver) throw new Error(`${argv.join(" ")} does not end`);
  return { ...seen, exitCode: await ended };
}
