import { SystemError } from "../process.ts";
import type { GuestProcess } from "./guest-process.ts";

/** As the kubelet's podPidsLimit is often set. */
const mostProcesses = 1024;

/** The pids that processes know each other by: a container's own, or one for several containers of a pod. */
export class PidNamespace {
  readonly processes = new Map<number, GuestProcess>();
  /** PID 1 is nobody's own: nothing inside ends it. */
  readonly isShared: boolean;
  #lastPid = 0;

  constructor({ isShared = false }: { readonly isShared?: boolean } = {}) {
    this.isShared = isShared;
  }

  /** Throws EAGAIN when there are too many processes. */
  nextPid(): number {
    if (this.processes.size >= mostProcesses) throw new SystemError("EAGAIN");
    this.#lastPid++;
    return this.#lastPid;
  }
}
