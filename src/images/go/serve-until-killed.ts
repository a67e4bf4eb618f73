import type { Process } from "../../runtime/process.ts";

/** What the Go runtime exits with when a signal that nobody handles comes to PID 1. */
const unhandledCode = 2;

/** For servers that handle no signal: SIGTERM ends them all the same, as the Go runtime has it. */
export function serveUntilKilled(process: Process): Promise<number> {
  const killed = new Promise<number>((resolve) => {
    process.onSignal("SIGTERM", () => {
      resolve(unhandledCode);
    });
  });
  return process.waitFor(killed);
}
