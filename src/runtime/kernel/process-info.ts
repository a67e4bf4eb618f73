import type { ProcessInfo } from "../container.ts";
import type { GuestProcess } from "./guest-process.ts";

/** A process as `ps` and /proc show it. */
export function processInfo(process: GuestProcess): ProcessInfo {
  const { pid, parentPid, group, user, argv, title, startedAt, exitCode, cpu } = process;
  const state = exitCode === undefined ? "running" : "zombie";
  const command = title === undefined ? argv : [title];
  return { pid, parentPid, group, user: user.name, command, startedAt, state, cpuNanoseconds: cpu.usedNs };
}
