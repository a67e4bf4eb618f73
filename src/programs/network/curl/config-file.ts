import { type Process, SystemError } from "../../../runtime/process.ts";
import { CurlError } from "./error.ts";

/** What a file of options (`-K`) says, as words of a command line. Throws CurlError 26. */
export async function argumentsIn(process: Process, path: string): Promise<readonly string[]> {
  const text = path === "-" ? await process.stdin.readText() : readFile(process, path);
  return text.split("\n").flatMap((line) => argumentsOf(line.trim()));
}

function readFile(process: Process, path: string): string {
  try {
    return process.files.readText(process.resolve(path));
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new CurlError(26, "option -K: error encountered when reading a file");
  }
}

function argumentsOf(line: string): readonly string[] {
  if (line === "" || line.startsWith("#")) return [];
  const [, name = "", value = ""] = /^([^\s=:]+)\s*[=:]?\s*(.*)$/u.exec(line) ?? [];
  const option = name.startsWith("-") ? name : `--${name}`;
  return value === "" ? [option] : [option, unquoted(value)];
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", v: "\v" };

function unquoted(value: string): string {
  const quoted = /^"((?:\\[^]|[^"\\])*)"/u.exec(value)?.[1];
  if (quoted === undefined) return value.split(/\s/u, 1)[0] ?? "";
  return quoted.replaceAll(/\\([^])/gu, (_, letter: string) => escapes[letter] ?? letter);
}
