import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { KubeObject } from "../../api/object.ts";
import type { Pod, Service } from "../../api/types.gen.ts";
import { durations, lists } from "../flags.ts";
import type { Listener } from "../io.ts";
import { KubectlError, usageError } from "../kubectl-error.ts";
import { objectFor, podPath, podsOf } from "../pods-behind.ts";
import { type PortPair, portPairs } from "../port-pairs.ts";
import type { Call, Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_port-forward/ */
export const portForward: Verb = {
  names: ["port-forward"],
  summary: "Forward one or more local ports to a pod",
  usage: "TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
  flags: [...lists("address"), ...durations("pod-running-timeout")],

  async run(call) {
    const { flags, io } = call;
    const [word, ...ports] = flags.args;
    if (word === undefined || ports.length === 0) {
      throw usageError("port-forward", "TYPE/NAME and list of ports are required for port-forward");
    }
    const object = await objectFor(word, call);
    const pod = object.kind === "Pod" ? (object as Pod) : (await podsOf(object, "attach", call))[0];
    if (!pod) throw new KubectlError("timed out waiting for the condition");
    const pairs = portPairs(ports, { pod, service: serviceIn(object) });
    const { phase = "" } = pod.status ?? {};
    if (phase !== "Running") {
      throw new KubectlError(`unable to forward port because pod is not running. Current status=${phase}`);
    }
    const path = (await podPath(pod, "", call)).replace(/\/$/u, "");
    const lost = new AbortController();
    const listeners = await listenAll(pairs, { path, lost }, call);
    await Promise.race([aborted(io.interrupt), aborted(lost.signal)]);
    for (const listener of listeners) listener.close();
    if (lost.signal.aborted) throw new KubectlError("lost connection to pod");
    return 130;
  },
};

function serviceIn(object: KubeObject): Service | undefined {
  return object.kind === "Service" ? (object as Service) : undefined;
}

/** The pod that is forwarded to. */
interface Forwarded {
  readonly path: string;
  /** Aborted by the first connection that fails: kubectl gives up then. */
  readonly lost: AbortController;
}

async function listenAll(pairs: readonly PortPair[], forwarded: Forwarded, call: Call): Promise<Listener[]> {
  const { io, flags } = call;
  if (!io.listen) throw new KubectlError("there are no sockets to listen on here");
  const given = flags.values("address");
  const addresses = (given.length > 0 ? given : ["localhost"]).flatMap((one) =>
    one === "localhost" ? ["127.0.0.1", "::1"] : [one],
  );
  const listeners: Listener[] = [];
  for (const { local, remote } of pairs) {
    let port = local;
    const problems: string[] = [];
    let bound = 0;
    for (const address of addresses) {
      const accept = (socket: Duplex): void => void handle(socket, { ...forwarded, port, remote }, call);
      try {
        const listener = await io.listen({ port, address }, accept);
        port = listener.port;
        bound++;
        listeners.push(listener);
        await io.out(`Forwarding from ${address.includes(":") ? `[${address}]` : address}:${port} -> ${remote}\n`);
      } catch (error) {
        problems.push(error instanceof Error ? error.message : String(error));
      }
    }
    if (bound === 0) {
      await io.err(
        `Unable to listen on port ${local}: Listeners failed to create with the following errors: [${problems.join(" ")}]\n`,
      );
      for (const listener of listeners) listener.close();
      throw new KubectlError(`unable to listen on any of the requested ports: [{${local} ${remote}}]`);
    }
  }
  return listeners;
}

async function handle(
  socket: Duplex,
  { path, lost, port, remote }: Forwarded & { readonly port: number; readonly remote: number },
  { io, transport, clock }: Call,
): Promise<void> {
  await io.out(`Handling connection for ${port}\n`);
  try {
    const far = await transport.openPort(path, remote);
    await Promise.all([pipeline(socket, far), pipeline(far, socket)]);
  } catch (error) {
    socket.destroy();
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    // The client may leave whenever it likes.
    if (["ERR_STREAM_PREMATURE_CLOSE", "ECONNRESET", "EPIPE", "ABORT_ERR"].includes(code)) return;
    const why = error instanceof Error ? error.message : String(error);
    await io.err(
      `${klogTime(clock.now())} portforward.go:424] "Unhandled Error" err="an error occurred forwarding ${port} -> ${remote}: ${why}"\n`,
    );
    lost.abort();
  }
}

/** `E0102 15:04:05.123000       1`: an error, when, and the process. */
function klogTime(ms: number): string {
  const [, month = "", day = "", time = ""] = /-(\d\d)-(\d\d)T(.*)Z$/u.exec(new Date(ms).toISOString()) ?? [];
  return `E${month}${day} ${time}000       1`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
