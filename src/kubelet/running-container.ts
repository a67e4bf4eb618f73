import type { SessionStreams } from "../client/node-agents.ts";
import type { ContainerLog } from "./container-log.ts";

/** How a container ended. `reason` only where it is not plain: OOMKilled. */
export interface Exit {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason?: string;
  readonly message?: string;
}

/** A container as the kubelet handles it, whatever runs in it. */
export interface RunningContainer {
  /** What stood in the way, in the container runtime's words; undefined: it runs. */
  start(): string | undefined;
  readonly exited: Promise<Exit>;
  /** SIGTERM (or the image's stop signal), then SIGKILL after `graceMs`; resolves when it has ended. */
  stop(graceMs: number): Promise<void>;
  exec(command: readonly string[], streams: SessionStreams): Promise<number>;
  attach(streams: SessionStreams): Promise<number>;
  /** What it left at its terminationMessagePath, by its policy. */
  terminationMessage(exitCode: number, log: ContainerLog): string;
}
