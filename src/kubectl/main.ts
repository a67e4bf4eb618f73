import { RealClock } from "../sim/real-clock.ts";
import { connection } from "./connection.ts";
import { kubectl } from "./kubectl.ts";
import { nodeIo } from "./node-io.ts";

const interrupted = 130;

/** `kubectl …` with this process's streams and kubeconfig; resolves with the exit code. Ctrl-C ends it with 130. */
export async function kubectlMain(args: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  process.once("SIGINT", stop);
  const open = connection();
  const io = nodeIo(interrupt.signal);
  try {
    const running = kubectl(args, { connect: open.connect, io, clock: new RealClock() });
    const code = await running.catch((error: unknown) => {
      if (interrupt.signal.aborted) return interrupted;
      throw error;
    });
    return interrupt.signal.aborted ? interrupted : code;
  } finally {
    process.removeListener("SIGINT", stop);
    if (io.usedStdin()) process.stdin.destroy();
    open.close();
  }
}
