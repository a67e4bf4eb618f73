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
  {
    options,
    process,
    index,
    parts,
  }: { options: CurlOptions; process: Process; index: number; parts: readonly string[] },
): Sink {
  const path = outputPath(url, options, { index, parts });
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

/** The file of `-o`, with `#1` for what the first glob of the URL gave, or of `-O`; undefined: stdout. */
export function outputPath(
  url: string,
  options: CurlOptions,
  { index, parts }: { index: number; parts: readonly string[] },
): string | undefined {
  const given = options.values("output")[index] ?? options.value("output");
  const name = options.has("remote-name") || options.has("remote-name-all") ? remoteName(url) : given;
  if (name === undefined || name === "-" || name === "/dev/null") return name;
  const filled = name.replaceAll(/#(\d)/gu, (whole, number: string) => parts[Number(number) - 1] ?? whole);
  const directory = options.value("output-dir");
  return directory === undefined ? filled : `${directory}/${filled}`;
}

function openFile(path: string, options: CurlOptions, process: Process): Descriptor {
  const full = process.resolve(path);
  const directory = full.slice(0, full.lastIndexOf("/")) || "/";
  try {
    if (options.has("create-dirs")) process.files.makeDirectory(directory, { recursive: true });
    return process.open(path, Number(options.value("continue-at") ?? 0) > 0 ? "append" : "write");
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
