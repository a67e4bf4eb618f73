import type { ApiError } from "../api/status.ts";

/** As kubectl words what the server refused. */
export function serverSays({ reason, message, status }: ApiError): string {
  if (reason === "Invalid" && status.details?.causes?.length) {
    const { kind = "", name = "", causes = [] } = status.details;
    const what = `The ${kind} ${JSON.stringify(name)} is invalid`;
    const lines = causes.map(({ field = "", message: text = "" }) => `${field}: ${text}`);
    return lines.length === 1 ? `${what}: ${lines[0] ?? ""}` : `${what}: \n${lines.map((line) => `* ${line}`).join("\n")}`;
  }
  return reason === "" ? `error: ${message}` : `Error from server (${reason}): ${message}`;
}
