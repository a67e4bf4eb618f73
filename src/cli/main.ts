import { Command, CommanderError } from "commander";

import { versionLine } from "../index.ts";
import { imagesCommand } from "./commands/images.ts";
import { kubectlCommand } from "./commands/kubectl.ts";
import { startCommand } from "./commands/start.ts";
import { versionCommand } from "./commands/version.ts";

/** Runs `picokube …`; resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const setExitCode = (code: number): void => {
    exitCode = code;
  };
  const program = new Command("picokube")
    .description("A whole Kubernetes cluster in one Node.js process.")
    .version(versionLine, "--version", "print the version")
    .exitOverride()
    .enablePositionalOptions();
  for (const build of [startCommand, kubectlCommand, imagesCommand, versionCommand])
    program.addCommand(build(setExitCode));
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode;
  }
  return exitCode;
}
