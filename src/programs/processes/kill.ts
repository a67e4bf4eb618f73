import type { Signal } from "../../runtime/process.ts";
import { applet, type Call, UsageError } from "../applet.ts";
import { reasonOf } from "../failure.ts";
import { commandName } from "./ps.ts";
import { signalList, signalNamed, takeSignal } from "./signal-names.ts";

const raw = { rewrite: (args: readonly string[]) => ["--", ...args], options: "" } as const;

export const kill = applet({
  ...raw,
  names: ["kill"],
  usage: "[-l] [-SIG] PID...",
  help: `
Send a signal (default: TERM) to given PIDs

	-l	List all signal names and numbers`,
  async run(call) {
    if (call.operands[0] === "-l") return list(call, call.operands.slice(1));
    const { signal, rest } = takeSignal(call.operands);
    const pids = rest[0] === "--" ? rest.slice(1) : rest;
    if (pids.length === 0) throw new UsageError("you need to specify whom to kill");
    let exitCode = 0;
    for (const pid of pids) {
      const failure = /^-?\d+$/u.test(pid) ? send(call, Number(pid), signal) : undefined;
      if (!/^-?\d+$/u.test(pid)) await call.complain(`invalid number '${pid}'`);
      if (failure !== undefined) await call.complain(`can't kill pid ${pid}: ${failure}`);
      if (failure !== undefined || !/^-?\d+$/u.test(pid)) exitCode = 1;
    }
    return exitCode;
  },
});

async function list({ out }: Call, names: readonly string[]): Promise<number> {
  if (names.length === 0) {
    for (const line of signalList()) await out.print(`${line}\n`);
    return 0;
  }
  for (const name of names) {
    const signal = signalNamed(/^\d+$/u.test(name) ? String(Number(name) & 127) : name);
    const line = signalList().find((one) => one.endsWith(`) ${String(signal).slice(3)}`)) ?? "";
    await out.print(`${/^\d+$/u.test(name) ? String(signal).slice(3) : line.split(")")[0]?.trim()}\n`);
  }
  return 0;
}

/** What stood in the way. */
function send({ process }: Call, pid: number, signal: Signal | 0): string | undefined {
  try {
    const found = signal === 0 ? process.container.processes.has(pid) : process.kill(pid, signal);
    return found ? undefined : "No such process";
  } catch (error) {
    return reasonOf(error);
  }
}

export const killall = applet({
  ...raw,
  names: ["killall"],
  usage: "[-lq] [-SIG] PROCESS_NAME...",
  help: `
Send a signal (default: TERM) to given processes

	-l	List all signal names and numbers
	-q	Don't complain if no processes were killed`,
  directory: "/usr/bin",
  async run(call) {
    if (call.operands[0] === "-l") return list(call, call.operands.slice(1));
    const quiet = call.operands[0] === "-q";
    const { signal, rest } = takeSignal(quiet ? call.operands.slice(1) : call.operands);
    if (rest.length === 0) throw new UsageError("you need to specify whom to kill");
    let exitCode = 0;
    for (const name of rest) {
      const pids = pidsNamed(call, name);
      for (const pid of pids) {
        const failure = send(call, pid, signal);
        if (failure !== undefined) await call.complain(`can't kill pid ${pid}: ${failure}`);
      }
      if (pids.length === 0 && !quiet) await call.complain(`${name}: no process killed`);
      if (pids.length === 0) exitCode = 1;
    }
    return exitCode;
  },
});

/** Other processes of that name, the newest first. */
export function pidsNamed({ process }: Call, name: string): number[] {
  return [...process.container.processes.values()]
    .filter((info) => info.pid !== process.pid && info.state === "running")
    .filter((info) => commandName(info) === name || info.command[0] === name)
    .map(({ pid }) => pid)
    .toSorted((a, b) => b - a);
}
