import { type ByteSink, type ByteSource, encodeText } from "../../api/bytes.ts";
import { ApiError, internalError } from "../../api/status.ts";
import type { Status } from "../../api/types.gen.ts";
import type { SessionStreams, TerminalSize } from "../../client/node-agents.ts";
import { describeError, type Log } from "../../sim/log.ts";
import type { Session } from "../request.ts";

export type CommandSession = Extract<Session, { kind: "command" }>;

/** The client's ends of exec and attach, whatever the protocol. Those the client did not ask for are not touched. */
export interface CommandChannels {
  readonly stdin: () => ByteSource;
  readonly stdout: () => ByteSink;
  readonly stderr: () => ByteSink;
  readonly sizes: () => AsyncIterable<TerminalSize> | undefined;
  readonly hangUp: AbortSignal;
}

/** Runs exec or attach to its end. Never rejects: what went wrong is the Status that the client is told. */
export async function runCommand(session: CommandSession, channels: CommandChannels, log: Log): Promise<Status> {
  try {
    return exitStatus(await session.run(sessionStreams(session, channels)));
  } catch (error) {
    if (error instanceof ApiError) return { metadata: {}, ...error.status };
    log.write("error", `exec or attach: ${describeError(error)}`);
    const { status } = internalError(error instanceof Error ? error.message : String(error));
    return { metadata: {}, ...status };
  }
}

/**
 * The status as the API server tells it that speaks WebSockets with the client, and SPDY with the kubelet: what the
 * kubelet tells of a failure becomes part of an internal error of its own. https://kep.k8s.io/4006
 */
export function translated(status: Status): Status {
  if (status.status === "Success" || status.reason === "NonZeroExitCode") return status;
  return { metadata: {}, ...internalError(status.message ?? "").status };
}

/** Protocols before v4 send the message of a failure as plain text, and nothing of a success. */
export function plainStatus(status: Status): Uint8Array {
  return encodeText(status.status === "Success" ? "" : (status.message ?? ""));
}

export function encodedStatus(status: Status): Uint8Array {
  return encodeText(JSON.stringify(status));
}

function sessionStreams({ wants }: CommandSession, channels: CommandChannels): SessionStreams {
  const sizes = wants.tty ? channels.sizes() : undefined;
  return {
    ...(wants.stdin ? { stdin: channels.stdin() } : {}),
    ...(wants.stdout ? { stdout: channels.stdout() } : {}),
    ...(wants.stderr && !wants.tty ? { stderr: channels.stderr() } : {}),
    ...(sizes ? { sizes } : {}),
    tty: wants.tty,
    hangUp: channels.hangUp,
  };
}

function exitStatus(code: number): Status {
  if (code === 0) return { metadata: {}, status: "Success" };
  return {
    metadata: {},
    status: "Failure",
    reason: "NonZeroExitCode",
    message: `command terminated with non-zero exit code: exit status ${code}`,
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}
