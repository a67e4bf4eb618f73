import { Command } from "commander";

import { kubectlMain } from "../../index.ts";

/** `picokube kubectl …`: for machines without the real one. Takes its cluster from the kubeconfig, as that does. */
export function kubectlCommand(setExitCode: (code: number) => void): Command {
  return new Command("kubectl")
    .description("a kubectl for machines that have none")
    .argument("[args...]")
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action(async (args: readonly string[]) => {
      setExitCode(await kubectlMain(args));
    });
}
