import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import { ExecError, type Process } from "../../runtime/process.ts";
import { capture } from "../capture.ts";
import { formOf, goResponse } from "../go/http.ts";
import { goLog } from "../go/log.ts";

/** `/shell?cmd=…`: runs a command and tells what it wrote. */
export async function runShell(process: Process, request: HttpRequest): Promise<HttpResponse> {
  const form = await formOf(request);
  const command = form.get("shellCommand") || form.get("cmd") || "";
  goLog(process, `GET /shell?cmd=${command}`);
  const { output, error } = await outcome(process, command);
  const told = { ...(error === "" ? {} : { error }), ...(output === "" ? {} : { output }) };
  const shown = Object.entries(told).map(([name, value]) => `${name}:${value}`);
  goLog(process, `Output: map[${shown.join(" ")}]`);
  return goResponse(process, JSON.stringify(told));
}

async function outcome(process: Process, command: string): Promise<{ output: string; error: string }> {
  try {
    const { output, exitCode } = await capture(process, ["/bin/sh", "-c", command]);
    return { output, error: exitCode === 0 ? "" : `exit status ${exitCode}` };
  } catch (error) {
    if (error instanceof ExecError) return { output: "", error: `fork/exec /bin/sh: ${error.message.toLowerCase()}` };
    throw error;
  }
}
