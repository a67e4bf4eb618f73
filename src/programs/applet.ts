import { RegexError } from "../regex/syntax.ts";
import type { Base } from "../runtime/image.ts";
import { type Process, SystemError } from "../runtime/process.ts";
import type { Tool } from "../runtime/tool.ts";
import { Failure, Misuse } from "./failure.ts";
import { type Flavour, type Flavoured, flavourOf, inFlavour } from "./flavour.ts";
import { OptionError, type Options, type OptionSyntax, parseOptions } from "./options.ts";
import { bufferedOutput, type BufferedOutput } from "./output.ts";

/** A program of the busybox kind, and of GNU's where an image has those: what it takes and what it does. */
export interface Applet {
  readonly names: readonly string[];
  /** What follows the name in its usage line. */
  readonly usage: string;
  /** The sentence under the usage line, and a line an option where they need explaining. */
  readonly help: string;
  readonly options: string | OptionSyntax;
  /** What GNU's does differently where it is called wrongly or asked for help. */
  readonly gnu?: GnuUsage;
  /** The exit code for a wrong option; 1 unless given. */
  readonly usageExitCode?: Flavoured<number>;
  /** How it tells of files that it cannot read. */
  readonly unreadable?: Partial<Unreadable>;
  readonly bases?: readonly Base[];
  readonly directory?: Exclude<Tool["directory"], undefined>;
  /** Old spellings into options, before they are read: `head -5` → `head -n 5`. */
  rewrite?(args: readonly string[]): readonly string[];
  /** Resolves with the exit code; nothing is 0. */
  run(call: Call): Promise<number | void>;
}

/** What follows GNU's complaint about a wrong option, unless it is `Try 'name --help' for more information.` */
export interface GnuUsage {
  readonly usage?: string;
  readonly hint?: (name: string) => string;
}

/** What is said before the reason; `%` is the path. */
export interface Unreadable {
  readonly open: Flavoured<string>;
  /** Of a directory. */
  readonly read: Flavoured<string>;
}

/** One run of an applet. */
export interface Call {
  readonly process: Process;
  readonly flavour: Flavour;
  readonly unreadable: Unreadable;
  /** As it was called, without its directory: `egrep`. */
  readonly name: string;
  readonly options: Options;
  readonly operands: readonly string[];
  readonly out: BufferedOutput;
  /** `name: text` on stderr. */
  readonly complain: (text: Flavoured<string>) => Promise<void>;
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
export class UsageError extends Error {
  readonly words: Flavoured<string>;

  constructor(words: Flavoured<string> = { busybox: "", gnu: "missing operand" }) {
    super(inFlavour("busybox", words));
    this.words = words;
  }
}

const usuallyUnreadable: Unreadable = {
  open: { busybox: "can't open '%'", gnu: "%" },
  read: { busybox: "read error", gnu: "%" },
};

async function runApplet(spec: Applet, process: Process): Promise<number> {
  const { argv } = process;
  const name = argv[0]?.slice(argv[0].lastIndexOf("/") + 1) ?? "";
  const out = bufferedOutput(process);
  try {
    if (argv.length === 2 && argv[1] === "--help") {
      await (flavourOf(process) === "gnu" ? process.print(gnuHelp(spec, name)) : process.warn(usageText(spec, name)));
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
  const flavour = flavourOf(process);
  const syntax = syntaxOf(spec, flavour);
  const args = process.argv.slice(1);
  const options = parseOptions(args.length === 0 ? args : (spec.rewrite?.(args) ?? args), syntax);
  const complain = async (text: Flavoured<string>): Promise<void> => {
    await out.flush();
    await process.warn(`${name}: ${inFlavour(flavour, text)}\n`);
  };
  const unreadable = { ...usuallyUnreadable, ...spec.unreadable };
  return spec.run({ process, flavour, unreadable, name, out, complain, options, operands: options.operands });
}

function syntaxOf({ options }: Applet, flavour: Flavour): OptionSyntax {
  if (typeof options === "string") return { short: options };
  return flavour === "gnu" && options.gnu !== undefined ? { ...options, short: options.short + options.gnu } : options;
}

interface Ending {
  readonly spec: Applet;
  readonly process: Process;
  readonly name: string;
  readonly out: BufferedOutput;
}

async function exitAfter(error: unknown, { spec, process, name, out }: Ending): Promise<number> {
  const flavour = flavourOf(process);
  if (error instanceof Failure) {
    await out.flush();
    const said = inFlavour(flavour, error.words);
    if (said !== "") await process.warn(`${name}: ${said}\n`);
    if (error instanceof Misuse && flavour === "gnu") await process.warn(gnuHint(spec, name));
    return inFlavour(flavour, error.exitCode);
  }
  const isMisuse = error instanceof OptionError || error instanceof UsageError;
  const said = isMisuse ? inFlavour(flavour, error.words) : plainReason(error, flavour);
  if (said !== "") await process.warn(`${name}: ${said}\n`);
  if (isMisuse) await process.warn(flavour === "gnu" ? gnuHint(spec, name) : usageText(spec, name));
  return inFlavour(flavour, spec.usageExitCode ?? 1);
}

/** JavaScript throws a RangeError when its stack or a string grows beyond what it can hold: that is no bug here. */
function plainReason(error: unknown, flavour: Flavour): string {
  if (error instanceof RegexError) return `bad regex: ${flavour === "alpine" ? error.message : error.glibc}`;
  if (error instanceof SystemError) return `write error: ${error.message}`;
  if (error instanceof RangeError) return "out of memory";
  throw error;
}

function usageText(spec: Applet, name: string): string {
  const head = `BusyBox v1.36.1 (2024-06-10 07:11:47 UTC) multi-call binary.\n\nUsage: ${name} ${spec.usage}`.trimEnd();
  return `${head}\n\n${spec.help.replace(/^\n/u, "").trimEnd()}\n`;
}

function gnuHint(spec: Applet, name: string): string {
  const hint = spec.gnu?.hint?.(name) ?? `Try '${name} --help' for more information.`;
  return hint === "" ? "" : `${hint}\n`;
}

function gnuHelp({ gnu, usage, help }: Applet, name: string): string {
  return `Usage: ${name} ${gnu?.usage ?? usage}`.trimEnd() + `\n${help.replace(/^\n/u, "").trimEnd()}\n`;
}
