import type { HttpHeaders } from "../../../network/http.ts";
import { type Descriptor, type Process, SystemError } from "../../../runtime/process.ts";
import { CurlError } from "./error.ts";
import type { CurlOptions } from "./options.ts";
import { parseTarget } from "./request.ts";

/** Where a body goes: stdout, or the file of `-o` and `-O`. */
export interface Sink {
  readonly isTerminal: boolean;
  write(bytes: Uint8Array): Promise<void>;
  /** The head has come: with `-J` it names the file. Throws CurlError 23. */
  named(headers: HttpHeaders): void;
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
    const { stdout } = process;
    return { isTerminal: stdout.isTerminal, write: (bytes) => stdout.write(bytes), named: () => {}, finish: () => {} };
  }
  if (path === "/dev/null") return { isTerminal: false, write: async () => {}, named: () => {}, finish: () => {} };
  return fileSink(path, options, process);
}

function fileSink(given: string, options: CurlOptions, process: Process): Sink {
  let path = given;
  let file: Descriptor | undefined;
  return {
    isTerminal: false,
    named(headers) {
      const name = options.has("remote-header-name") ? nameIn(headers["content-disposition"]) : undefined;
      if (name === undefined) return;
      path = `${given.slice(0, given.lastIndexOf("/") + 1)}${name}`;
      if (!process.files.exists(process.resolve(path))) return;
      throw new CurlError(23, unwritable, `Failed to open the file ${path}: File exists`);
    },
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

const unwritable = "Failure writing output to destination";

/** The last name of what a server calls the file; undefined: it calls it nothing. */
function nameIn(disposition: string | undefined): string | undefined {
  const [, quoted, plain] = /filename=(?:"([^"]*)"|([^;\s]+))/iu.exec(disposition ?? "") ?? [];
  const name = (quoted ?? plain)?.split(/[/\\]/u).at(-1);
  return name === "" ? undefined : name;
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
      throw new CurlError(23, unwritable, `Failed to open the file ${path}: ${error.message}`);
    throw error;
  }
}

function remoteName(url: string): string {
  const name = (parseTarget(url).path.split("?", 1)[0] ?? "").split("/").at(-1) ?? "";
  if (name === "") throw new CurlError(23, "Remote file name has no length");
  return name;
}
