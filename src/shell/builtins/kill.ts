import { signalNumbers, SystemError } from "../../runtime/process.ts";
import type { Signal } from "../../runtime/process.ts";
import { ShellError } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { jobOf, signalJob } from "./jobs.ts";
import { shortName, signalFrom, signals } from "./signal-names.ts";

/** `kill [-s signal | -signal] pid|%job…`, `kill -l [status]`. */
export const kill: Builtin = {
  names: ["kill"],
  async run(shell, [, ...words]) {
    const [first] = words;
    if (first === "-l" || first === "-L") return list(shell, words[1]);
    const { signal, targets } = readSignal(shell, words);
    if (targets.length === 0) throw new ShellError(usage(shell), shell.dialect.bash ? 2 : 1, false);
    let status = 0;
    for (const target of targets) {
      const complaint = send(shell, target, signal);
      if (complaint === undefined) continue;
      if (shell.dialect.name === "ash") await shell.warn(`${shell.name}: ${complaint}\n`);
      else await shell.complain(complaint);
      status = 1;
    }
    return status;
  },
};

interface Request {
  /** Undefined: only whether it is there. */
  readonly signal: Signal | undefined;
  readonly targets: readonly string[];
}

function readSignal(shell: Shell, words: readonly string[]): Request {
  const [first = "", second = ""] = words;
  if (first === "-s" || first === "-n") return { signal: parseSignal(shell, second), targets: words.slice(2) };
  if (first === "--") return { signal: "SIGTERM", targets: words.slice(1) };
  if (!/^-./.test(first)) return { signal: "SIGTERM", targets: words };
  const rest = words.slice(1);
  return { signal: parseSignal(shell, first.slice(1)), targets: rest[0] === "--" ? rest.slice(1) : rest };
}

function parseSignal(shell: Shell, text: string): Signal | undefined {
  if (text === "0") return undefined;
  const signal = signalFrom(text);
  if (signal) return signal;
  if (shell.dialect.bash) throw new ShellError(`${text}: invalid signal specification`, 1, false);
  throw new ShellError(
    shell.dialect.name === "ash" ? `bad signal name '${text}'` : `invalid signal number or name: ${text}`,
    1,
    false,
  );
}

/** What went wrong, if something did. */
function send(shell: Shell, target: string, signal: Signal | undefined): string | undefined {
  const { dialect, process } = shell;
  if (target.startsWith("%")) {
    const job = jobOf(shell, target);
    if (job.state !== "done" && (signal === undefined || signalJob(shell, job, signal))) return undefined;
    return noProcess(shell, target);
  }
  if (!/^-?\d+$/.test(target)) {
    if (dialect.bash) return `${target}: arguments must be process or job IDs`;
    return dialect.name === "ash" ? `invalid number '${target}'` : `Illegal number: ${target}`;
  }
  try {
    const pid = Number(target);
    const isThere = signal === undefined ? process.container.processes.has(Math.abs(pid)) : process.kill(pid, signal);
    return isThere ? undefined : noProcess(shell, target);
  } catch (error) {
    if (error instanceof SystemError) return failure(shell, target, error.message);
    throw error;
  }
}

function noProcess(shell: Shell, target: string): string {
  return failure(shell, target, "No such process");
}

function failure({ dialect }: Shell, target: string, message: string): string {
  if (dialect.bash) return `(${target}) - ${message}`;
  return dialect.name === "ash" ? `can't kill pid ${target}: ${message}` : message;
}

function usage(shell: Shell): string {
  if (shell.dialect.name === "ash") return "you need to specify whom to kill";
  return "usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]";
}

async function list(shell: Shell, status: string | undefined): Promise<number> {
  if (status !== undefined) {
    const number = Number(status);
    const signal = /^\d+$/.test(status) ? signalFrom(String(number > 128 ? number - 128 : number)) : signalFrom(status);
    if (!signal) throw new ShellError(`${status}: invalid signal specification`, 1, false);
    await shell.print(/^\d+$/.test(status) ? `${shortName(signal)}\n` : `${signalNumbers[signal]}\n`);
    return 0;
  }
  const numbered =
    shell.dialect.name === "dash"
      ? shortName
      : (signal: Signal) =>
          `${String(signalNumbers[signal]).padStart(2)}) ${shell.dialect.bash ? signal : shortName(signal)}`;
  for (const signal of signals) await shell.print(`${numbered(signal)}\n`);
  return 0;
}
