import { SystemError } from "../runtime/process.ts";

/** Ends a program: `name: message` on stderr, then the exit code. */
export class Failure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What a failed system call says; anything else is a bug and passes on. */
export function reasonOf(error: unknown): string {
  if (error instanceof SystemError) return error.message;
  throw error;
}
