import { type Signal, signalNumbers } from "../process.ts";

/** Those that ask a server to end. */
export const endingSignals: readonly Signal[] = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"];

/** What a process does with a signal it says nothing about. */
export function defaultAction(signal: Signal): "end" | "ignore" | "stop" {
  switch (signal) {
    case "SIGCHLD":
    case "SIGCONT":
    case "SIGWINCH":
      return "ignore";
    case "SIGSTOP":
    case "SIGTSTP":
      return "stop";
    default:
      return "end";
  }
}

/**
 * Whether PID 1 has to obey a signal that it has no handler for. Linux keeps it safe from `kill -9 1` inside; here that
 * ends the container, as people who type it expect. Where pids are shared PID 1 is nobody's own.
 */
export function initObeys(signal: Signal, outside: boolean, { isShared }: { readonly isShared: boolean }): boolean {
  if (outside) return signal === "SIGKILL" || signal === "SIGSTOP";
  return signal === "SIGKILL" && !isShared;
}

/** As a shell and the kubelet tell it: 137 for SIGKILL, 143 for SIGTERM. */
export function exitCodeOf(signal: Signal): number {
  return 128 + signalNumbers[signal];
}
