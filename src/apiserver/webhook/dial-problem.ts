import { CallError } from "./call-error.ts";
import { tlsProblem } from "./secure-connection.ts";

/** Why there was no answer from an address, in the words of Go's HTTP client. */
export function dialProblem(error: unknown, address: string): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof CallError) return error.message;
  const problem = tlsProblem(error);
  if (problem) return problem;
  switch ((error as NodeJS.ErrnoException).code) {
    case "ECONNREFUSED":
      return `dial tcp ${address}: connect: connection refused`;
    case "EHOSTUNREACH":
      return `dial tcp ${address}: connect: no route to host`;
    case "ENOTFOUND":
      return `dial tcp: lookup ${address.replace(/:\d+$/u, "")}: no such host`;
    case "ETIMEDOUT":
      return `dial tcp ${address}: i/o timeout`;
    case "ECONNRESET":
      return "read: connection reset by peer";
    default:
      return error.message;
  }
}
