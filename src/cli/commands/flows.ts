import { Command } from "commander";

import { flowText, isBackground } from "../../index.ts";
import { interrupted, type RemoteOptions, remoteOptions, withCluster } from "../remote.ts";

interface FlowsOptions extends RemoteOptions {
  readonly follow?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `picokube flows [-f]`: who called whom, and what came of it. */
export function flowsCommand(setExitCode: (code: number) => void): Command {
  const command = new Command("flows")
    .description("list connections: who called whom, through which Service, and what came of it")
    .option("-f, --follow", "go on with those to come")
    .option("-a, --all", "with what nodes and kube-system do among themselves")
    .option("--json", "a JSON object a line")
    .action(async (options: FlowsOptions) => {
      setExitCode(
        await withCluster(options, async (cluster) => {
          const stopped = interrupted().then(() => cluster.close());
          for await (const flow of cluster.flows({ follow: options.follow ?? false })) {
            if (!options.all && isBackground(flow)) continue;
            process.stdout.write(`${options.json ? JSON.stringify(flow) : flowText(flow)}\n`);
          }
          if (options.follow) await stopped;
          return 0;
        }),
      );
    });
  for (const option of remoteOptions) command.addOption(option);
  return command;
}
