import type { Process } from "../../runtime/process.ts";
import { type FlagDefaults, FlagError, type Flags, parseFlags } from "../go/flags.ts";

/** One of the programs that the agnhost binary holds. */
export interface Subcommand {
  readonly name: string;
  readonly short: string;
  run(process: Process, args: readonly string[]): Promise<number>;
}

interface SubcommandSpec<T extends FlagDefaults> {
  readonly name: string;
  readonly short: string;
  readonly defaults: T;
  run(process: Process, flags: Flags<T>, operands: readonly string[]): Promise<number>;
}

/** What klog adds to every subcommand; nothing that is simulated depends on it. */
const klogFlags: FlagDefaults = {
  v: "0",
  vmodule: "",
  logtostderr: true,
  alsologtostderr: false,
  stderrthreshold: "2",
  log_dir: "",
  log_file: "",
  log_file_max_size: 1800,
  log_backtrace_at: "",
  add_dir_header: false,
  one_output: false,
  skip_headers: false,
  skip_log_headers: false,
};

/** A wrong flag is told with the usage and, as agnhost has it, exit code 0. */
export function subcommand<T extends FlagDefaults>(spec: SubcommandSpec<T>): Subcommand {
  const { name, short, defaults } = spec;
  return {
    name,
    short,
    async run(process, args) {
      if (args.includes("--help") || args.includes("-h")) {
        await process.print(`${short}\n\n${usageOf(name, defaults)}`);
        return 0;
      }
      try {
        const { flags, operands } = parseFlags(args, { ...klogFlags, ...defaults });
        return await spec.run(process, flags, operands);
      } catch (error) {
        if (!(error instanceof FlagError)) throw error;
        await process.warn(`Error: ${error.message}\n${usageOf(name, defaults)}\n`);
        return 0;
      }
    },
  };
}

function usageOf(name: string, defaults: FlagDefaults): string {
  const flags = Object.entries(defaults).map(([flag, value]) =>
    `      --${flag} ${kindOf(value)}\n`.replace(" \n", "\n"),
  );
  return `Usage:\n  app ${name} [flags]\n\nFlags:\n${flags.join("")}  -h, --help   help for ${name}\n`;
}

function kindOf(value: FlagDefaults[string]): string {
  if (typeof value === "boolean") return "";
  if (Array.isArray(value)) return "strings";
  return typeof value === "number" ? "int" : "string";
}
