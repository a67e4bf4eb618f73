import { NetworkError } from "../../network/network.ts";
import { describeError, type Log } from "../../sim/log.ts";
import { Killed, type Process, SystemError } from "../process.ts";

/** A program that lets an error through says it as it ends; what is not a failed call is a bug of ours. */
export async function tellFailure(process: Process, error: unknown, log: Log): Promise<void> {
  const name = (process.argv[0] ?? "").replace(/^.*\//u, "");
  const isPlain = error instanceof SystemError || error instanceof NetworkError || error instanceof Killed;
  if (!isPlain) log.write("error", `${name}: ${describeError(error)}`);
  try {
    await process.warn(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  } catch (unsaid) {
    if (!(unsaid instanceof SystemError || unsaid instanceof Killed)) throw unsaid;
  }
}
