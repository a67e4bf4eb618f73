import type { Duplex } from "node:stream";

import { type Descriptor, ExecError, type Process } from "../../../runtime/process.ts";

/** `-e`: a program whose stdin and stdout are the connection; its stderr too, unless told otherwise. Resolves when it has ended. */
export async function serveProgram(
  process: Process,
  connection: Duplex,
  command: readonly string[],
  { withErrors = true }: { readonly withErrors?: boolean } = {},
): Promise<number> {
  const input = process.pipe();
  const output = process.pipe();
  try {
    const descriptors = new Map<number, Descriptor | null>([
      [0, input.read],
      [1, output.write],
      ...(withErrors ? ([[2, output.write]] as const) : []),
    ]);
    const child = await process.spawn(command, { descriptors });
    input.read.release();
    output.write.release();
    void carryIn(connection, input.write);
    const written = carryOut(connection, output.read);
    const exitCode = await process.waitFor(child.exit, () => connection.destroy());
    await process.waitFor(written);
    return exitCode;
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    await process.warn(`nc: can't execute '${command[0] ?? ""}': ${error.message}\n`);
    connection.destroy();
    return error.exitCode;
  }
}

/** As fast as the program reads. Once it no longer does, the rest stays where it is. */
async function carryIn(connection: Duplex, pipe: Descriptor): Promise<void> {
  connection.on("data", (chunk: Buffer) => {
    connection.pause();
    pipe.write(chunk).then(
      () => connection.resume(),
      () => {},
    );
  });
  await new Promise<void>((resolve) => {
    connection.once("end", resolve);
    connection.once("close", resolve);
  });
  pipe.release();
}

async function carryOut(connection: Duplex, pipe: Descriptor): Promise<void> {
  for (let chunk = await pipe.read(); chunk !== undefined; chunk = await pipe.read()) {
    if (!connection.write(chunk) && !connection.destroyed) await drained(connection);
  }
  connection.end();
  pipe.release();
}

function drained(connection: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      connection.off("drain", done);
      connection.off("close", done);
      resolve();
    };
    connection.once("drain", done);
    connection.once("close", done);
  });
}
