import type { KubeObject } from "../api/object.ts";
import { ApiError } from "../api/status.ts";
import type { Pod } from "../api/types.gen.ts";
import { attachTo } from "./attach-session.ts";
import { durationMs } from "./durations.ts";
import { KubectlError } from "./kubectl-error.ts";
import { podPath } from "./pods-behind.ts";
import { allowTty } from "./session.ts";
import type { Call } from "./verb.ts";
import { watchUntil } from "./watch-until.ts";

const runningTimeoutMs = 60_000;

/** Waits until a new pod runs, attaches to it, and ends as it ends; of a pod that is done already it prints the log. */
export async function attachWhenRunning(created: Pod, call: Call): Promise<void> {
  const { flags, io } = call;
  const given = flags.value("pod-running-timeout");
  const timeoutMs = given ? durationMs(given) : runningTimeoutMs;
  const pod = await podWhen(created, call, { timeoutMs, isDone: isStarted });
  const [container] = pod.spec.containers;
  const stdin = flags.isTrue("stdin");
  if (isOver(pod)) await printLog(pod, call);
  else {
    const tty = await allowTty(flags.isTrue("tty"), { stdin, io });
    await attachTo({ pod, container: container?.name ?? "", stdin, tty }, call).catch(async (error: unknown) => {
      if (!(error instanceof KubectlError) && !(error instanceof ApiError)) throw error;
      await io.err(
        `warning: couldn't attach to pod/${pod.metadata.name}, falling back to streaming logs: ${error.message}\n`,
      );
      await printLog(pod, call);
    });
  }
  if (pod.spec.restartPolicy === "Always") return;
  const ended = await podWhen(pod, call, { timeoutMs: undefined, isDone: isOver });
  if (ended.status?.phase === "Succeeded") return;
  throw failureOf(ended);
}

function failureOf({ metadata, status }: Pod): KubectlError {
  const about = `pod ${metadata.namespace ?? ""}/${metadata.name}`;
  const { exitCode = 0, reason = "", message = "" } = status?.containerStatuses?.[0]?.state?.terminated ?? {};
  if (exitCode === 0) return new KubectlError(`${about} failed with unknown exit code`);
  return new KubectlError(`${about} terminated (${reason})\n${message}`, { exitCode, bare: true });
}

interface Until {
  readonly timeoutMs: number | undefined;
  isDone(pod: Pod): boolean;
}

async function podWhen(pod: Pod, call: Call, { timeoutMs, isDone }: Until): Promise<Pod> {
  const resource = await call.discovery.find("pods");
  const watched = { resource, namespace: pod.metadata.namespace, name: pod.metadata.name };
  let last = pod;
  const look = (object: KubeObject | undefined): boolean => {
    if (!object) throw new KubectlError("the pod has been deleted");
    last = object as Pod;
    return isDone(last);
  };
  if (!(await watchUntil(watched, call, { timeoutMs, isDone: look })))
    throw new KubectlError("timed out waiting for the condition");
  return last;
}

function isStarted(pod: Pod): boolean {
  return isOver(pod) || (pod.status?.phase === "Running" && (pod.status.conditions ?? []).some(isReady));
}

function isReady({ type, status }: { type: string; status: string }): boolean {
  return type === "Ready" && status === "True";
}

function isOver({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

async function printLog(pod: Pod, call: Call): Promise<void> {
  const query = { container: pod.spec.containers[0]?.name ?? "" };
  for await (const bytes of await call.rest.stream("GET", await podPath(pod, "log", call), { query, accept: "*/*" })) {
    await call.io.out(bytes);
  }
}
