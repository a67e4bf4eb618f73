import type { ProcessInfo } from "../container.ts";
import type { GuestProcess } from "./guest-process.ts";

/** A process as `ps` and /proc show it. */
export function processInfo(process: GuestProcess): ProcessInfo {
  const { pid, parentPid, group, user, argv, title, startedAt, exitCode } = process;
  const state = exitCode === undefined ? "running" : "zombie";
  return { pid, parentPid, group, user: user.name, command: title === undefined ? argv : [title], startedAt, state };
}
