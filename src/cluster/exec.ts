import { concatBytes, encodeText } from "../api/bytes.ts";
import type { Transport } from "../client/transport.ts";

export interface ExecOptions {
  readonly namespace?: string;
  /** The first unless given. */
  readonly container?: string;
  readonly stdin?: string | Uint8Array;
}

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs a command in a container and collects what it writes. Rejects with ApiError when it cannot be run. */
export async function exec(
  transport: Transport,
  { namespace, name, command }: { namespace: string; name: string; command: readonly string[] },
  { container, stdin }: ExecOptions,
): Promise<ExecResult> {
  const query = new URLSearchParams(command.map((word): [string, string] => ["command", word]));
  if (container !== undefined) query.set("container", container);
  for (const stream of ["stdout", "stderr"]) query.set(stream, "true");
  if (stdin !== undefined) query.set("stdin", "true");
  const stdout = collector();
  const stderr = collector();
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/exec?${query.toString()}`;
  const status = await transport.openSession(path, {
    tty: false,
    stdout,
    stderr,
    ...(stdin === undefined ? {} : { stdin: once(typeof stdin === "string" ? encodeText(stdin) : stdin) }),
  });
  if (status.status !== "Success" && status.reason !== "NonZeroExitCode")
    throw new Error(status.message ?? "exec failed");
  const code = status.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  return { stdout: stdout.text(), stderr: stderr.text(), exitCode: Number(code ?? 0) };
}

function collector(): { write(bytes: Uint8Array): Promise<void>; close(): void; text(): string } {
  const chunks: Uint8Array[] = [];
  return {
    async write(bytes) {
      chunks.push(bytes);
    },
    close() {},
    text: () => Buffer.from(concatBytes(chunks)).toString(),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
