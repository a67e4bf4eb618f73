import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a finished kubectl printed. */
export interface KubectlResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Then the process is killed and the promise rejects. */
  readonly timeoutMs?: number;
}

/** The real kubectl against one API server, with its own kubeconfig and caches in a directory of its own. */
export interface Kubectl {
  run(args: readonly string[], options?: RunOptions): Promise<KubectlResult>;
  /** Starts a kubectl that does not end by itself; `close` ends it. */
  start(args: readonly string[], options?: RunOptions): ChildProcess;
  /** Runs kubectl in a pseudo-terminal and types lines, each when the terminal has been quiet. Needs `script`. */
  terminal(args: readonly string[], lines: readonly string[]): Promise<KubectlResult>;
  /** Starts kubectl in a pseudo-terminal of 100 by 30, to be talked with. Needs `script`. */
  converse(args: readonly string[]): Conversation;
  /** Ends what still runs and removes the directory. */
  close(): void;
}

/** A kubectl in a terminal. */
export interface Conversation {
  /** Resolves when what it has printed since the last wait, without colours, matches: what that was. */
  until(wanted: RegExp): Promise<string>;
  type(keys: string): void;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
}

const defaultTimeoutMs = 20_000;

/** Why tests with the real kubectl cannot run here; undefined when they can. */
export const kubectlMissing: string | undefined = whyMissing();

/** `kubeconfig` is an object as `kubeconfigFor` makes it; `program` is the one on PATH unless a path is given. */
export function createKubectl(kubeconfig: object, program = "kubectl"): Kubectl {
  const directory = mkdtempSync(join(tmpdir(), "picokube-kubectl-"));
  const config = join(directory, "config");
  writeFileSync(config, JSON.stringify(kubeconfig), { mode: 0o600 });
  const running = new Set<ChildProcess>();

  const start = (args: readonly string[], options: RunOptions = {}): ChildProcess => {
    const own = ["--kubeconfig", config, "--cache-dir", join(directory, "cache")];
    const child = spawn(program, [...own, ...args], {
      env: { ...process.env, HOME: directory, NO_PROXY: "*", ...options.env },
      stdio: "pipe",
    });
    running.add(child);
    child.on("close", () => running.delete(child));
    // kubectl may end before it has read all of its input.
    child.stdin?.on("error", () => child.stdin?.destroy());
    return child;
  };

  const startInTerminal = (args: readonly string[], before = ""): ChildProcess => {
    const words = [program, "--kubeconfig", config, "--cache-dir", join(directory, "cache"), ...args];
    const child = spawn("script", ["-qec", before + words.map((word) => `'${word}'`).join(" "), "/dev/null"], {
      env: { ...process.env, HOME: directory, NO_PROXY: "*", SHELL: "/bin/sh" },
      stdio: "pipe",
    });
    running.add(child);
    child.on("close", () => running.delete(child));
    return child;
  };

  const terminal = (args: readonly string[], lines: readonly string[]): Promise<KubectlResult> => {
    const child = startInTerminal(args);
    typeWhenQuiet(child, lines);
    return collected(child, args, {});
  };

  return {
    start,
    terminal,
    converse: (args) => conversation(startInTerminal(args, "stty cols 100 rows 30; ")),
    run: (args, options = {}) => finished(start(args, options), args, options),
    close() {
      for (const child of running) child.kill("SIGKILL");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function conversation(child: ChildProcess): Conversation {
  let printed = "";
  let look = (): void => {};
  child.stdout?.on("data", (chunk: Buffer) => {
    printed += chunk.toString().replaceAll(/\u001B\[[\d;]*m/gu, "");
    look();
  });
  return {
    type: (keys) => void child.stdin?.write(keys),
    ended: new Promise((resolve) => child.on("close", resolve)),
    until: (wanted) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`${String(wanted)} did not come, but: ${JSON.stringify(printed)}`)),
          defaultTimeoutMs / 2,
        );
        look = () => {
          if (!wanted.test(printed)) return;
          clearTimeout(timer);
          look = () => {};
          const seen = printed.replaceAll("\r\n", "\n");
          printed = "";
          resolve(seen);
        };
        look();
      }),
  };
}

function finished(child: ChildProcess, args: readonly string[], options: RunOptions): Promise<KubectlResult> {
  child.stdin?.end(options.stdin ?? "");
  return collected(child, args, options);
}

/** Types the next line whenever a prompt has come (`$ ` or `# ` at the end of what was printed). */
function typeWhenQuiet(child: ChildProcess, lines: readonly string[]): void {
  const waiting = [...lines];
  let printed = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
    if (!/[$#] (?:\u001B\[[\d;]*[A-Za-z])*$/u.test(printed)) return;
    const line = waiting.shift();
    printed = "";
    if (line !== undefined) child.stdin?.write(`${line}\r`);
  });
}

function collected(child: ChildProcess, args: readonly string[], options: RunOptions): Promise<KubectlResult> {
  const { timeoutMs = defaultTimeoutMs } = options;
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(
        new Error(`kubectl ${args.join(" ")} did not end in ${timeoutMs} ms: ${Buffer.concat(stderr).toString()}`),
      );
    }, timeoutMs);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
}

function whyMissing(): string | undefined {
  const { error, status, stderr } = spawnSync("kubectl", ["version", "--client"], { timeout: 15_000 });
  if (error) return `no kubectl on PATH (${error.message})`;
  return status === 0 ? undefined : `kubectl version failed: ${stderr.toString()}`;
}
