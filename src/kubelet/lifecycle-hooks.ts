import type { LifecycleHandler } from "../api/types.gen.ts";
import { ExecError } from "../runtime/process.ts";
import { sleep } from "../sim/clock.ts";
import { ActionError, type ActionTarget } from "./action-target.ts";
import { httpGet, HttpGetError } from "./http-get.ts";

const userAgent = "kube-lifecycle/1.32";

/**
 * Runs a postStart or preStop hook to its end; false: it failed. A tcpSocket always does.
 * https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/
 */
export async function runHook(
  { exec, httpGet: get, sleep: pause }: LifecycleHandler,
  target: ActionTarget,
): Promise<boolean> {
  const { signal } = new AbortController();
  try {
    if (exec) return (await target.exec(exec.command ?? [], { tty: false, hangUp: signal })) === 0;
    if (pause) {
      await sleep(target.clock, pause.seconds * 1000);
      return true;
    }
    if (!get) return false;
    await httpGet(get, target, { userAgent, signal });
    return true;
  } catch (error) {
    if (error instanceof ExecError || error instanceof HttpGetError || error instanceof ActionError) return false;
    throw error;
  }
}
