import type { Container, EphemeralContainer } from "../api/types.gen.ts";
import type { FileSystem } from "../runtime/filesystem.ts";
import type { ContainerLog } from "./container-log.ts";

const longestMessage = 4096;
const longestOfLog = 2048;
const mostLines = 80;

export interface LastWords {
  readonly container: Container | EphemeralContainer;
  readonly exitCode: number;
  readonly files: FileSystem;
  /** Where in `files` the container's terminationMessagePath is. */
  readonly path: string;
  readonly log: ContainerLog;
}

/** What a container left behind for its status. https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/ */
export function terminationMessage({ container, exitCode, files, path, log }: LastWords): string {
  const written = files.exists(path) ? Buffer.from(files.read(path)).subarray(0, longestMessage).toString() : "";
  if (written !== "" || exitCode === 0) return written;
  return container.terminationMessagePolicy === "FallbackToLogsOnError" ? log.tail(mostLines, longestOfLog) : "";
}
