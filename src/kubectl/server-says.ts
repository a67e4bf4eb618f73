import { ApiError } from "../api/status.ts";
import { KubectlError } from "./kubectl-error.ts";

/** Several failures of one command: each is told. */
export class ManyErrors extends Error {
  readonly errors: readonly unknown[];

  constructor(errors: readonly unknown[]) {
    super("several things failed");
    this.errors = errors;
  }
}

/** What kubectl prints on stderr for an error, and the code it exits with. What is no refusal is thrown again. */
export function errorText(error: unknown): { text: string; exitCode: number } {
  if (error instanceof ManyErrors) {
    return { text: error.errors.map((one) => withNewline(plainText(one))).join(""), exitCode: 1 };
  }
  if (error instanceof KubectlError) {
    const text = error.bare || error.message.startsWith("error: ") ? error.message : `error: ${error.message}`;
    return { text: withNewline(text), exitCode: error.exitCode };
  }
  if (error instanceof ApiError) return { text: withNewline(serverSays(error)), exitCode: 1 };
  throw error;
}

/** One of several: without `error: ` before it, and in brackets when it is several itself. */
function plainText(error: unknown): string {
  if (error instanceof ManyErrors) return `[${error.errors.map((one) => plainText(one)).join(", ")}]`;
  if (error instanceof ApiError) return standardText(error);
  return error instanceof KubectlError ? error.message : errorText(error).text.trimEnd();
}

/** As kubectl words what the server refused. */
function serverSays({ reason, message, status }: ApiError): string {
  return reason === "Invalid" ? invalidText({ message, status }) : standardText({ reason, message });
}

function standardText({ reason, message }: Pick<ApiError, "reason" | "message">): string {
  if (reason === "Unauthorized") return `error: You must be logged in to the server (${message})`;
  return reason === "" ? `Error from server: ${message}` : `Error from server (${reason}): ${message}`;
}

function invalidText({ message, status }: Pick<ApiError, "message" | "status">): string {
  const { details } = status;
  if (!details) return `The request is invalid: ${message}`;
  const { kind = "", name = "", causes = [] } = details;
  const hasName = kind !== "" || name !== "";
  const what = hasName ? `The ${kind} ${JSON.stringify(name)} is invalid` : "The request is invalid";
  if (causes.length === 0) return hasName || message === "" ? what : `${what}: ${message}`;
  const lines = [...new Set(causes.map(({ field = "", message: text = "" }) => `${field}: ${text}`))];
  return lines.length === 1
    ? `${what}: ${lines[0] ?? ""}\n`
    : `${what}: \n${lines.map((line) => `* ${line}`).join("\n")}`;
}

/** The same refusal, with where it happened: `error when creating "web.yaml": …`. */
export function errorWhen(doing: string, source: string, error: unknown): unknown {
  const place = `error when ${doing} ${JSON.stringify(source)}: `;
  if (error instanceof ApiError) {
    const { code, reason, message, status } = error;
    return new ApiError(code, reason, place + message, status.details);
  }
  return error instanceof KubectlError ? new KubectlError(place + error.message) : error;
}

function withNewline(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
