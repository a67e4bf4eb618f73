import { concatBytes } from "../../../api/bytes.ts";
import type { Process } from "../../../runtime/process.ts";
import { CurlError } from "./error.ts";
import type { CurlOptions } from "./options.ts";
import { parseTarget } from "./request.ts";

/** Where a body goes: stdout, or the file of `-o` and `-O`. */
export interface Sink {
  readonly isTerminal: boolean;
  write(bytes: Uint8Array): Promise<void>;
  finish(): void;
}

export function sinkFor(url: string, { options, process, index }: { options: CurlOptions; process: Process; index: number }): Sink {
  const path = options.has("remote-name") ? remoteName(url) : (options.values("output")[index] ?? options.value("output"));
  if (path === undefined || path === "-") {
    return { isTerminal: process.stdout.isTerminal, write: (bytes) => process.stdout.write(bytes), finish: () => {} };
  }
  const chunks: Uint8Array[] = [];
  return {
    isTerminal: false,
    async write(bytes) {
      if (path !== "/dev/null") chunks.push(bytes);
    },
    finish() {
      if (path === "/dev/null") return;
      try {
        process.files.write(process.resolve(path), concatBytes(chunks));
      } catch (error) {
        throw new CurlError(23, `Failure writing output to destination: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}

function remoteName(url: string): string {
  const name = (parseTarget(url).path.split("?", 1)[0] ?? "").split("/").at(-1) ?? "";
  if (name === "") throw new CurlError(23, "Remote file name has no length");
  return name;
}
