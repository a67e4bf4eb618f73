import type { Base } from "../runtime/image.ts";
import { type Process, SystemError } from "../runtime/process.ts";
import type { Tool } from "../runtime/tool.ts";
import { Failure } from "./failure.ts";
import { OptionError, type Options, type OptionSyntax, parseOptions } from "./options.ts";
import { bufferedOutput, type BufferedOutput } from "./output.ts";
import { RegexError } from "./regex/syntax.ts";

/** A program of the busybox kind: what it takes and what it does. */
export interface Applet {
  readonly names: readonly string[];
  /** What follows the name in its usage line. */
  readonly usage: string;
  /** The sentence under the usage line, and a line an option where they need explaining. */
  readonly help: string;
  readonly options: string | OptionSyntax;
  /** The exit code for a wrong option; 1 unless given. */
  readonly usageExitCode?: number;
  readonly bases?: readonly Base[];
  readonly directory?: Exclude<Tool["directory"], undefined>;
  /** Old spellings into options, before they are read: `head -5` → `head -n 5`. */
  rewrite?(args: readonly string[]): readonly string[];
  /** Resolves with the exit code; nothing is 0. */
  run(call: Call): Promise<number | void>;
}

/** One run of an applet. */
export interface Call {
  readonly process: Process;
  /** As it was called, without its directory: `egrep`. */
  readonly name: string;
  readonly options: Options;
  readonly operands: readonly string[];
  readonly out: BufferedOutput;
  /** `name: text` on stderr. */
  readonly complain: (text: string) => Promise<void>;
}

const everywhere: readonly Base[] = ["busybox", "alpine", "debian"];

/** Makes a program of an applet: reads its options, prints its usage, turns failures into messages and exit codes. */
export function applet(spec: Applet): Tool {
  return {
    names: spec.names,
    bases: spec.bases ?? everywhere,
    ...(spec.directory === undefined ? {} : { directory: spec.directory }),
    run: (process) => runApplet(spec, process),
  };
}

/** Thrown by an applet that was called wrongly: prints its usage. */
export class UsageError extends Error {}

async function runApplet(spec: Applet, process: Process): Promise<number> {
  const { argv } = process;
  const name = argv[0]?.slice(argv[0].lastIndexOf("/") + 1) ?? "";
  const out = bufferedOutput(process);
  try {
    if (argv.length === 2 && argv[1] === "--help") {
      await process.warn(usageText(spec, name));
      return 0;
    }
    const exitCode = await callApplet(spec, { process, name, out });
    const rest = out.flush();
    if (rest) await rest;
    return exitCode ?? 0;
  } catch (error) {
    return exitAfter(error, { spec, process, name, out });
  }
}

function callApplet(spec: Applet, call: Pick<Call, "process" | "name" | "out">): Promise<number | void> {
  const { process, name, out } = call;
  const syntax = typeof spec.options === "string" ? { short: spec.options } : spec.options;
  const args = process.argv.slice(1);
  const options = parseOptions(args.length === 0 ? args : (spec.rewrite?.(args) ?? args), syntax);
  const complain = async (text: string): Promise<void> => {
    await out.flush();
    await process.warn(`${name}: ${text}\n`);
  };
  return spec.run({ process, name, out, complain, options, operands: options.operands });
}

interface Ending {
  readonly spec: Applet;
  readonly process: Process;
  readonly name: string;
  readonly out: BufferedOutput;
}

async function exitAfter(error: unknown, { spec, process, name, out }: Ending): Promise<number> {
  if (error instanceof Failure) {
    await out.flush();
    if (error.message !== "") await process.warn(`${name}: ${error.message}\n`);
    return error.exitCode;
  }
  const isMisuse = error instanceof OptionError || error instanceof UsageError;
  const said = isMisuse ? error.message : plainReason(error);
  if (said !== "") await process.warn(`${name}: ${said}\n`);
  if (isMisuse) await process.warn(usageText(spec, name));
  return spec.usageExitCode ?? 1;
}

/** JavaScript throws a RangeError when its stack or a string grows beyond what it can hold: that is no bug here. */
function plainReason(error: unknown): string {
  if (error instanceof RegexError) return `bad regex: ${error.message}`;
  if (error instanceof SystemError) return `write error: ${error.message}`;
  if (error instanceof RangeError) return "out of memory";
  throw error;
}

function usageText(spec: Applet, name: string): string {
  const head = `BusyBox v1.36.1 (2024-06-10 07:11:47 UTC) multi-call binary.\n\nUsage: ${name} ${spec.usage}`.trimEnd();
  return `${head}\n\n${spec.help.trim()}\n`;
}
