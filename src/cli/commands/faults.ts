import { Command } from "commander";

import { type RemoteOptions, remoteOptions, withCluster } from "../remote.ts";

/** `picokube faults`: which faults there are now, in the form in which a ConfigMap holds them. */
export function faultsCommand(setExitCode: (code: number) => void): Command {
  const command = new Command("faults")
    .description("list the faults that were injected; a ConfigMap labelled picokube.dev/faults holds more")
    .action(async (options: RemoteOptions) => {
      setExitCode(
        await withCluster(options, async (cluster) => {
          for (const fault of await cluster.faults()) process.stdout.write(`- ${JSON.stringify(fault)}\n`);
          return 0;
        }),
      );
    });
  for (const option of remoteOptions) command.addOption(option);
  return command;
}
