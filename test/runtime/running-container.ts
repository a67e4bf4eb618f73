import { decodeText } from "../../src/api/bytes.ts";
import { createNetwork } from "../../src/network/simulated-network.ts";
import { createContainer } from "../../src/runtime/create-container.ts";
import type { Image } from "../../src/runtime/image.ts";
import type { ContainerOptions, LiveContainer, Streams } from "../../src/runtime/live-container.ts";
import type { Program } from "../../src/runtime/process.ts";
import type { Tool } from "../../src/runtime/tool.ts";
import { Random } from "../../src/sim/random.ts";
import { VirtualClock } from "../../src/sim/virtual-clock.ts";

/** A container whose programs are functions of the test, and what it wrote. */
export interface TestContainer {
  readonly clock: VirtualClock;
  readonly live: LiveContainer;
  readonly output: { stdout: string; stderr: string };
  readonly errors: string[];
}

const noTools: readonly Tool[] = [];

/** PID 1 is `/app`; the others are found by name in /bin. */
export function makeContainer(
  app: Program,
  programs: Readonly<Record<string, Program>> = {},
  overrides: Partial<ContainerOptions> = {},
): TestContainer {
  const clock = overrides.clock instanceof VirtualClock ? overrides.clock : new VirtualClock();
  const output = { stdout: "", stderr: "" };
  const errors: string[] = [];
  const paths = Object.entries(programs).map(([name, program]) => [`/bin/${name}`, program] as const);
  const image: Image = { names: ["test"], base: "alpine", programs: { "/app": app, ...Object.fromEntries(paths) } };
  const network = overrides.network ?? createNetwork({ clock, random: new Random(1) });
  if (!network.hasHost("10.244.0.5")) network.addHost("10.244.0.5");
  const live = createContainer({
    id: "c1",
    hostname: "web",
    image,
    imageName: "test",
    ports: [],
    tools: noTools,
    command: ["/app"],
    env: new Map([["PATH", "/bin"]]),
    workingDirectory: "/",
    mounts: [],
    readOnlyRoot: false,
    user: { uid: 0, gid: 0, name: "root", groups: [0] },
    pod: { name: "web", namespace: "default", ip: "10.244.0.5", nodeName: "node-1" },
    resolver: { lookup: () => Promise.resolve([]) },
    random: new Random(7),
    log: { write: (level, message) => void (level === "error" && errors.push(message)) },
    stdin: false,
    stdinOnce: false,
    tty: false,
    output: (stream, bytes) => {
      output[stream] += decodeText(bytes);
    },
    ...overrides,
    clock,
    network,
  });
  return { clock, live, output, errors };
}

/** Starts it, lets the time pass, and tells how it ended and what it wrote. */
export async function runToEnd(container: TestContainer, durationMs = 60_000): Promise<string> {
  const failure = container.live.start();
  if (failure !== undefined) return failure;
  let ended = "running";
  void container.live.exited.then(({ exitCode, reason = "" }) => {
    ended = `${exitCode}${reason}`;
    return ended;
  });
  await container.clock.advance(durationMs);
  return ended;
}

/** A client of exec or attach. */
export function client(options: { tty?: boolean } = {}): {
  readonly streams: Streams;
  readonly seen: { stdout: string; stderr: string };
  readonly hangUp: AbortController;
  readonly type: (text: string) => void;
  readonly end: () => void;
} {
  const seen = { stdout: "", stderr: "" };
  const hangUp = new AbortController();
  const typed = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: 100 });
  const writer = typed.writable.getWriter();
  const sink = (name: "stdout" | "stderr") => ({
    write: (bytes: Uint8Array) => {
      seen[name] += decodeText(bytes);
      return Promise.resolve();
    },
    close: () => {},
  });
  return {
    seen,
    hangUp,
    streams: {
      stdin: typed.readable,
      stdout: sink("stdout"),
      stderr: sink("stderr"),
      tty: options.tty ?? false,
      hangUp: hangUp.signal,
    },
    type: (text) => void writer.write(new TextEncoder().encode(text)),
    end: () => void writer.close(),
  };
}
