import { Command } from "commander";

import { diagnosisText } from "../../index.ts";
import { type RemoteOptions, remoteOptions, withCluster } from "../remote.ts";

/** `picokube why POD URL`: where a request ends and what would mend it. */
export function whyCommand(setExitCode: (code: number) => void): Command {
  const command = new Command("why")
    .description("follow a request step by step: why does it fail, or does it?")
    .argument("<pod>", "the pod that asks, `name` or `namespace/name`; `host` is this machine")
    .argument("<url>", "as for curl: web, web.shop:8080/path, http://10.96.0.1")
    .action(async (pod: string, url: string, options: RemoteOptions) => {
      setExitCode(
        await withCluster(options, async (cluster) => {
          const diagnosis = await cluster.why(pod, url);
          process.stdout.write(diagnosisText(diagnosis));
          return diagnosis.works ? 0 : 1;
        }),
      );
    });
  for (const option of remoteOptions) command.addOption(option);
  return command;
}
