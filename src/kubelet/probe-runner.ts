import { type ByteSink, concatBytes, decodeText } from "../api/bytes.ts";
import type { GRPCAction, HTTPGetAction, Probe, TCPSocketAction } from "../api/types.gen.ts";
import { NetworkError } from "../network/network.ts";
import { ExecError } from "../runtime/process.ts";
import { ActionError, type ActionTarget, portOf } from "./action-target.ts";
import { deadline, DeadlineError, holdTime, within } from "./deadline.ts";
import { goNetworkError } from "./go-network-error.ts";
import { checkHealth } from "./grpc-health.ts";
import { httpGet, HttpGetError } from "./http-get.ts";
import type { ProbeResult } from "./probes.ts";

const userAgent = "kube-probe/1.32";
const success: ProbeResult = { outcome: "success" };
const longestOutput = 10 * 1024;

/** Does one probe within its timeout, and tells in the kubelet's words what came of it. */
export async function runProbe(probe: Probe, target: ActionTarget): Promise<ProbeResult> {
  const timeoutSeconds = probe.timeoutSeconds ?? 1;
  const time = deadline(target.clock, timeoutSeconds * 1000);
  try {
    return await attempt(probe, target, { signal: time.signal, timeoutSeconds });
  } catch (error) {
    if (error instanceof ActionError) return { outcome: "error", output: error.message };
    throw error;
  } finally {
    time.cancel();
  }
}

interface Limits {
  readonly signal: AbortSignal;
  readonly timeoutSeconds: number;
}

async function attempt(
  { exec, httpGet: get, tcpSocket, grpc }: Probe,
  target: ActionTarget,
  limits: Limits,
): Promise<ProbeResult> {
  if (exec) return probeCommand(exec.command ?? [], target, limits);
  if (get) return probeHttp(get, target, limits);
  if (tcpSocket) return probeTcp(tcpSocket, target, limits);
  if (grpc) return probeGrpc(grpc, target, limits);
  throw new ActionError("missing probe handler for the container");
}

async function probeCommand(
  command: readonly string[],
  target: ActionTarget,
  { signal, timeoutSeconds }: Limits,
): Promise<ProbeResult> {
  const output = new Output();
  try {
    const streams = { stdout: output, stderr: output, tty: false, hangUp: signal };
    const exitCode = await within(signal, target.exec(command, streams));
    return exitCode === 0 ? success : { outcome: "failure", output: output.text };
  } catch (error) {
    if (error instanceof DeadlineError) {
      const what = JSON.stringify(command.join(" "));
      return { outcome: "failure", output: `command timed out: ${what} timed out after ${timeoutSeconds}s` };
    }
    if (error instanceof ExecError)
      return { outcome: "error", output: `rpc error: code = Unknown desc = ${error.message}` };
    throw error;
  }
}

async function probeHttp(action: HTTPGetAction, target: ActionTarget, { signal }: Limits): Promise<ProbeResult> {
  try {
    const { status, body } = await httpGet(action, target, { userAgent, signal });
    if (status < 200 || status >= 400)
      return { outcome: "failure", output: `HTTP probe failed with statuscode: ${status}` };
    if (status < 300) return success;
    return { outcome: "success", warning: `Probe terminated redirects, Response body: ${body}` };
  } catch (error) {
    if (error instanceof HttpGetError) return { outcome: "failure", output: error.message };
    throw error;
  }
}

async function probeTcp(
  { host, port }: TCPSocketAction,
  target: ActionTarget,
  { signal }: Limits,
): Promise<ProbeResult> {
  const number = portOf(port, target.container);
  const [ip] = await target.lookup(host || target.ip);
  if (ip === undefined) return { outcome: "failure", output: `dial tcp: lookup ${host ?? ""}: no such host` };
  try {
    const connection = await target.network.dial(target.from, { ip, port: number }, signal);
    connection.destroy();
    return success;
  } catch (error) {
    return { outcome: "failure", output: goNetworkError(error, { ip, port: number }) };
  }
}

async function probeGrpc(
  { port, service }: GRPCAction,
  target: ActionTarget,
  { signal, timeoutSeconds }: Limits,
): Promise<ProbeResult> {
  const address = `${target.ip}:${port}`;
  const unconnected: ProbeResult = {
    outcome: "failure",
    output: `timeout: failed to connect service ${JSON.stringify(address)} within ${timeoutSeconds}s: context deadline exceeded`,
  };
  try {
    const connection = await target.network.dial(target.from, { ip: target.ip, port }, signal);
    const letGo = holdTime(target.clock);
    const answer = within(signal, checkHealth(connection, address, service ?? "")).finally(letGo);
    const { code, message, status = "" } = await answer;
    if (code === 0 && status === "SERVING") return success;
    if (code === 0)
      return { outcome: "failure", output: `service unhealthy (responded with ${JSON.stringify(status)})` };
    return { outcome: "failure", output: grpcFailure(code, message, timeoutSeconds) };
  } catch (error) {
    if (error instanceof DeadlineError)
      return { outcome: "failure", output: `timeout: health rpc did not complete within ${timeoutSeconds}s` };
    // Whoever does not speak HTTP/2 is somebody the client never gets connected to.
    if (error instanceof NetworkError || (error instanceof Error && "code" in error)) return unconnected;
    throw error;
  }
}

/** gRPC's codes as Go names them, from 0. */
const codes =
  "OK Canceled Unknown InvalidArgument DeadlineExceeded NotFound AlreadyExists PermissionDenied ResourceExhausted " +
  "FailedPrecondition Aborted OutOfRange Unimplemented Internal Unavailable DataLoss Unauthenticated";
const codeNames = codes.split(" ");

function grpcFailure(code: number, message: string, timeoutSeconds: number): string {
  const name = codeNames[code] ?? `Code(${code})`;
  if (name === "Unimplemented") {
    return `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${message}`;
  }
  if (name === "DeadlineExceeded") return `timeout: health rpc did not complete within ${timeoutSeconds}s`;
  return `error: health rpc probe failed: rpc error: code = ${name} desc = ${message}`;
}

/** What a command says, stdout and stderr as they come. */
class Output implements ByteSink {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  get text(): string {
    return decodeText(concatBytes(this.#chunks).subarray(0, longestOutput));
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#length >= longestOutput) return;
    this.#chunks.push(bytes.slice());
    this.#length += bytes.length;
  }

  close(): void {}
}
