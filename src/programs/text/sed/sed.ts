import { decodeText } from "../../../runtime/text.ts";
import { applet, type Call, UsageError } from "../../applet.ts";
import { Failure, reasonOf } from "../../failure.ts";
import { inFlavour } from "../../flavour.ts";
import { readWhole, sourceOrFailure } from "../../input.ts";
import { openForReading, openForWriting, type Sink } from "../../open.ts";
import { executeScript, type SedOutput, type SedRun } from "./execute.ts";
import { sedLines } from "./lines.ts";
import { parseScript } from "./parse.ts";
import type { Command } from "./script.ts";

export const sed = applet({
  names: ["sed"],
  usage: "[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...\nor: sed [-i[SFX]] [-nrE] CMD [FILE]...",
  help: `
	-e CMD	Add CMD to sed commands to be executed
	-f FILE	Add FILE contents to sed commands to be executed
	-i[SFX]	Edit files in-place (otherwise write to stdout)
		Optionally back files up, appending SFX
	-n	Suppress automatic printing of pattern space
	-r,-E	Use extended regex syntax
	-s	Treat files separately
	-z	Lines end with NUL

If no -e or -f, the first non-option argument is the sed command string.
Remaining arguments are input files (stdin if none).`,
  options: {
    short: "e:f:i::nrEsuz",
    long: {
      expression: "e",
      file: "f",
      "in-place": "i",
      quiet: "n",
      silent: "n",
      "regexp-extended": "E",
      separate: "s",
      "null-data": "z",
      unbuffered: "u",
      posix: "posix",
    },
  },
  gnu: {
    usage: "[OPTION]... {script-only-if-no-other-script} [input-file]...",
    hint: () => "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...",
  },
  unreadable: { open: { busybox: "%", gnu: "couldn't open file %" } },
  async run(call) {
    const { options } = call;
    const { script, paths } = await scriptOf(call);
    const quiet = options.has("n") || /^#n(?:\n|$)/u.test(script);
    const commands = parseScript(script, options.last("rE") !== undefined);
    const files = wFiles(call, commands);
    const separator = options.has("z") ? "\0" : "\n";
    const base = { call, commands, quiet, separator };
    if (options.has("i") && paths.length === 0) {
      throw new Failure({ busybox: "-i requires an argument", gnu: "no input files" }, { busybox: 1, gnu: 4 });
    }
    if (options.has("i")) return inPlace(base, paths, files);
    const groups = options.has("s") ? paths.map((path) => [path]) : [paths.length === 0 ? ["-"] : paths];
    return overGroups(base, groups, { print: (text) => call.out.print(text), ...files });
  },
});

type Base = Omit<SedRun, "lines" | "output">;
type Files = Omit<SedOutput, "print">;

async function overGroups(base: Base, groups: readonly (readonly string[])[], output: SedOutput): Promise<number> {
  const hold = { text: "" };
  let failed = false;
  for (const paths of groups) {
    const lines = sedLines(base.call, paths, base.separator);
    const exitCode = await executeScript({ ...base, lines, output }, hold);
    if (exitCode !== undefined) return exitCode;
    failed ||= lines.failed;
  }
  return failed ? inFlavour(base.call.flavour, { busybox: 1, gnu: 2 }) : 0;
}

async function scriptOf(call: Call): Promise<{ script: string; paths: readonly string[] }> {
  const { options, operands } = call;
  const pieces: string[] = [];
  for (const [option, value] of options.given) {
    if (option === "e") pieces.push(value);
    if (option !== "f") continue;
    const source = await sourceOrFailure(call, value);
    pieces.push(
      decodeText(await readWhole(source))
        .replace(/\n$/u, "")
        .replace(/^#!.*/u, ""),
    );
  }
  if (pieces.length > 0) return { script: pieces.join("\n"), paths: operands };
  const [script, ...paths] = operands;
  if (script === undefined) throw new UsageError("");
  return { script, paths };
}

/** The files of `w` are emptied before the first line is read. */
function wFiles({ process, out }: Call, commands: readonly Command[]): Files {
  const sinks = new Map<string, Sink>();
  for (const { action } of commands) {
    const file =
      action.kind === "write" ? action.file : action.kind === "substitute" ? action.substitution.file : undefined;
    if (file === undefined || sinks.has(file) || file === "/dev/stdout") continue;
    try {
      sinks.set(file, openForWriting(process, file));
    } catch (error) {
      throw new Failure(`can't open '${file}': ${reasonOf(error)}`);
    }
  }
  return {
    async writeTo(file, text) {
      await (sinks.get(file) ?? out).print(text);
    },
    async readFile(file) {
      try {
        const source = openForReading(process, file);
        const bytes = await readWhole({ ...source, hold: () => {} });
        source.close();
        return decodeText(bytes);
      } catch (error) {
        reasonOf(error);
        return "";
      }
    },
  };
}

/** Writes beside the file, then renames: a file that is mounted by itself cannot be replaced. */
async function inPlace(base: Base, paths: readonly string[], files: Files): Promise<number> {
  const { call } = base;
  const suffix = call.options.value("i") ?? "";
  let worst = 0;
  for (const path of paths) {
    const parts: string[] = [];
    const print = (text: string) => void parts.push(text);
    const exitCode = await overGroups(base, [[path]], { ...files, print: (text) => print(text) });
    worst = Math.max(worst, exitCode);
    if (!call.process.files.exists(call.process.resolve(path))) continue;
    replaceFile(call, path, { content: parts.join(""), suffix });
  }
  return worst;
}

function replaceFile({ process }: Call, path: string, { content, suffix }: { content: string; suffix: string }): void {
  const { files } = process;
  const absolute = process.resolve(path);
  const { mode, uid, gid } = files.stat(absolute);
  const temporary = `${absolute}${process.random.suffix(6)}`;
  try {
    files.write(temporary, content, mode);
    files.chown(temporary, uid, gid);
    files.chmod(temporary, mode);
  } catch (error) {
    throw new Failure(`can't create temp file '${path}XXXXXX': ${reasonOf(error)}`);
  }
  try {
    const backup = suffix.includes("*") ? suffix.replaceAll("*", absolute.split("/").pop() ?? "") : absolute + suffix;
    if (suffix !== "") files.rename(absolute, backup);
    files.rename(temporary, absolute);
  } catch (error) {
    files.remove(temporary);
    throw new Failure(`can't move '${temporary}' to '${path}': ${reasonOf(error)}`);
  }
}
