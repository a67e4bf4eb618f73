import { signalNumbers, SystemError } from "../../runtime/process.ts";
import type { Signal } from "../../runtime/process.ts";
import { ShellError } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import { bashUsages } from "./bash-usages.ts";
import type { Builtin } from "./builtin.ts";
import { jobOf, signalJob } from "./jobs.ts";
import { listedSignals, shortName, signalFrom } from "./signal-names.ts";

/** `kill [-s signal | -signal] pid|%job…`, `kill -l [status]`. */
export const kill: Builtin = {
  names: ["kill"],
  async run(shell, [, ...words]) {
    const [first] = words;
    if (first === "-l" || first === "-L") return list(shell, words[1]);
    const request = readSignal(shell, words);
    if (typeof request === "string") return refuse(shell, request);
    const { signal, targets } = request;
    if (targets.length === 0) return usage(shell);
    let status = 0;
    for (const target of targets) {
      const complaint = send(shell, target, signal);
      if (complaint !== undefined) status = await refuse(shell, complaint);
    }
    return status;
  },
};

interface Request {
  /** Undefined: only whether it is there. */
  readonly signal: Signal | undefined;
  readonly targets: readonly string[];
}

/** Busybox's kill speaks for itself, without a line. */
async function refuse(shell: Shell, complaint: string): Promise<number> {
  if (shell.dialect.name === "ash") await shell.warn(`${shell.name}: ${complaint}\n`);
  else await shell.complain(complaint);
  return 1;
}

/** Or why there is none. */
function readSignal(shell: Shell, words: readonly string[]): Request | string {
  const [first = "", second = ""] = words;
  if (first === "--") return { signal: "SIGTERM", targets: words.slice(1) };
  if (!/^-./.test(first)) return { signal: "SIGTERM", targets: words };
  const isApart = first === "-s" || first === "-n";
  const name = isApart ? second : first.slice(1);
  const signal = signalFrom(name);
  if (!signal && name !== "0") return badSignal(shell, name, isApart);
  const rest = words.slice(isApart ? 2 : 1);
  return { signal, targets: rest[0] === "--" ? rest.slice(1) : rest };
}

function badSignal({ dialect }: Shell, name: string, isApart: boolean): string {
  if (dialect.bash) return `${name}: invalid signal specification`;
  if (dialect.name === "ash") return `bad signal name '${name}'`;
  return isApart ? `invalid signal number or name: ${name}` : `Illegal option -${name[0]}`;
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

async function usage(shell: Shell): Promise<number> {
  if (shell.dialect.name === "ash") return refuse(shell, "you need to specify whom to kill");
  if (shell.dialect.bash) await shell.warn(`kill: usage: ${bashUsages["kill"]}\n`);
  else await shell.complain("Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]");
  return 2;
}

async function list(shell: Shell, status: string | undefined): Promise<number> {
  if (status !== undefined) {
    const isDash = shell.dialect.name === "dash";
    const number = Number(status);
    const isNumber = /^\d+$/.test(status);
    if (isNumber && number === 0 && !isDash) return shell.print("EXIT\n").then(() => 0);
    if (!isNumber && isDash) throw new ShellError(`Illegal number: ${status}`, 2, false);
    const signal = isNumber ? signalFrom(String(number > 128 ? number - 128 : number)) : signalFrom(status);
    if (!signal && isDash) throw new ShellError(`invalid signal number or exit status: ${status}`, 2, false);
    if (!signal) throw new ShellError(`${status}: invalid signal specification`, 1, false);
    await shell.print(isNumber ? `${shortName(signal)}\n` : `${signalNumbers[signal]}\n`);
    return 0;
  }
  await shell.print(listed(shell));
  return 0;
}

/** All signals, as each shell lists them: dash by number where it has no name, busybox without those of real time. */
function listed({ dialect }: Shell): string {
  if (dialect.name === "dash")
    return dashSignals()
      .map((name) => `${name}\n`)
      .join("");
  if (!dialect.bash) {
    const plain = listedSignals.filter(([number]) => number < 32);
    return plain.map(([number, name]) => `${numbered(number)}${name === "IO" ? "POLL" : name}\n`).join("");
  }
  const entries = listedSignals.map(([number, name]) => `${numbered(number)}SIG${name}`);
  return `${entries.map((entry, index) => entry + (index % 5 === 4 ? "\n" : "\t")).join("")}\n`;
}

function numbered(number: number): string {
  return `${String(number).padStart(2)}) `;
}

function dashSignals(): string[] {
  const names = new Map(listedSignals);
  const isNamed = (number: number): boolean => number !== 16 && names.has(number);
  return Array.from({ length: 65 }, (_, number) => (isNamed(number) ? (names.get(number) ?? "") : String(number)));
}
