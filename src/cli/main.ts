import { Command, CommanderError } from "commander";

import { versionLine } from "../index.ts";
import { faultsCommand } from "./commands/faults.ts";
import { flowsCommand } from "./commands/flows.ts";
import { imagesCommand } from "./commands/images.ts";
import { kubectlCommand } from "./commands/kubectl.ts";
import { serviceCommand } from "./commands/service.ts";
import { startCommand } from "./commands/start.ts";
import { tunnelCommand } from "./commands/tunnel.ts";
import { versionCommand } from "./commands/version.ts";
import { whyCommand } from "./commands/why.ts";

const commands = [
  startCommand,
  kubectlCommand,
  serviceCommand,
  tunnelCommand,
  whyCommand,
  flowsCommand,
  faultsCommand,
  imagesCommand,
  versionCommand,
];

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
  for (const build of commands) program.addCommand(build(setExitCode));
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode;
  }
  return exitCode;
}
