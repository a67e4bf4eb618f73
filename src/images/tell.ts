import { Killed, type Output, SystemError } from "../runtime/process.ts";

/** Writes without waiting, as a server logs a request; a process that has ended writes nothing. */
export function tell(output: Output, text: string): void {
  output.print(text).catch((error: unknown) => {
    if (!(error instanceof Killed || error instanceof SystemError)) throw error;
  });
}
