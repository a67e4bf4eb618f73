import { type Descriptor, type Process, SystemError } from "../../../runtime/process.ts";
import { CurlError } from "./error.ts";
import type { CurlOptions } from "./options.ts";
import { parseTarget } from "./request.ts";

/** Where a body goes: stdout, or the file of `-o` and `-O`. */
export interface Sink {
  readonly isTerminal: boolean;
  write(bytes: Uint8Array): Promise<void>;
  finish(): void;
}

export function sinkFor(
  url: string,
  { options, process, index }: { options: CurlOptions; process: Process; index: number },
): Sink {
  const path = options.has("remote-name")
    ? remoteName(url)
    : (options.values("output")[index] ?? options.value("output"));
  if (path === undefined || path === "-") {
    return { isTerminal: process.stdout.isTerminal, write: (bytes) => process.stdout.write(bytes), finish: () => {} };
  }
  if (path === "/dev/null") return { isTerminal: false, write: async () => {}, finish: () => {} };
  let file: Descriptor | undefined;
  return {
    isTerminal: false,
    async write(bytes) {
      file ??= openFile(path, options, process);
      await file.write(bytes);
    },
    finish() {
      file ??= openFile(path, options, process);
      file.release();
    },
  };
}

function openFile(path: string, options: CurlOptions, process: Process): Descriptor {
  const full = process.resolve(path);
  const directory = full.slice(0, full.lastIndexOf("/")) || "/";
  if (options.has("create-dirs")) process.files.makeDirectory(directory, { recursive: true });
  try {
    return process.open(path, "write");
  } catch (error) {
    if (error instanceof SystemError)
      throw new CurlError(
        23,
        "Failure writing output to destination",
        `Failed to open the file ${path}: ${error.message}`,
      );
    throw error;
  }
}

function remoteName(url: string): string {
  const name = (parseTarget(url).path.split("?", 1)[0] ?? "").split("/").at(-1) ?? "";
  if (name === "") throw new CurlError(23, "Remote file name has no length");
  return name;
}
