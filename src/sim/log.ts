export type LogLevel = "debug" | "info" | "warn" | "error";

/** Where the cluster tells what it does. An `error` is a bug of ours: tests fail on it. */
export interface Log {
  write(level: LogLevel, message: string): void;
}

export const silentLog: Log = { write: () => {} };

/** The full text of anything thrown, for the log. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
