import { concatBytes, decodeText } from "../api/bytes.ts";
import { type Descriptor, ExecError, type Process } from "../runtime/process.ts";

/** What a command wrote to both its outputs, and how it ended. */
export interface Captured {
  readonly output: string;
  readonly exitCode: number;
}

/** Runs a command with nothing at its stdin. Rejects with an ExecError when it cannot be run. */
export async function capture(process: Process, argv: readonly string[]): Promise<Captured> {
  const { read, write } = process.pipe();
  const nothing = process.open("/dev/null", "read");
  try {
    const child = await process.spawn(argv, {
      descriptors: new Map<number, Descriptor | null>([
        [0, nothing],
        [1, write],
        [2, write],
      ]),
    });
    write.release();
    const chunks: Uint8Array[] = [];
    for (
      let chunk = await process.waitFor(read.read());
      chunk !== undefined;
      chunk = await process.waitFor(read.read())
    ) {
      chunks.push(chunk);
    }
    return { output: decodeText(concatBytes(chunks)), exitCode: await process.waitFor(child.exit) };
  } catch (error) {
    if (error instanceof ExecError) write.release();
    throw error;
  } finally {
    nothing.release();
    read.release();
  }
}
