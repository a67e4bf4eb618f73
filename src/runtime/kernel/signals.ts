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

/** As a shell and the kubelet tell it: 137 for SIGKILL, 143 for SIGTERM. */
export function exitCodeOf(signal: Signal): number {
  return 128 + signalNumbers[signal];
}
