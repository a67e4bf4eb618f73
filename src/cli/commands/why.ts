import { Command } from "commander";

import { diagnosisText, explanationText, type RemoteCluster } from "../../index.ts";
import { type RemoteOptions, remoteOptions, withCluster } from "../remote.ts";

interface WhyOptions extends RemoteOptions {
  readonly namespace: string;
}

/** `picokube why POD URL`: where a request ends; `picokube why pod/NAME`: why a pod is on its node, or on none. */
export function whyCommand(setExitCode: (code: number) => void): Command {
  const command = new Command("why")
    .description(
      "follow a request step by step; or, of a pod alone, tell what the scheduler has for and against each node",
    )
    .argument("<pod>", "the pod that asks, `name` or `namespace/name`, `host` for this machine; or `pod/NAME`")
    .argument("[url]", "as for curl: web, web.shop:8080/path, http://10.96.0.1")
    .option("-n, --namespace <namespace>", "where pod/NAME is", "default")
    .action(async (pod: string, url: string | undefined, options: WhyOptions) => {
      const explain = (cluster: RemoteCluster): Promise<number> =>
        url === undefined ? scheduling(cluster, pod, options.namespace) : request(cluster, pod, url);
      setExitCode(await withCluster(options, explain));
    });
  for (const option of remoteOptions) command.addOption(option);
  return command;
}

async function request(cluster: RemoteCluster, pod: string, url: string): Promise<number> {
  const diagnosis = await cluster.why(pod, url);
  process.stdout.write(diagnosisText(diagnosis));
  return diagnosis.works ? 0 : 1;
}

/** Fails when no node takes the pod. */
async function scheduling(cluster: RemoteCluster, pod: string, namespace: string): Promise<number> {
  const name = /^(?:po|pods?)\/(.+)$/u.exec(pod)?.[1];
  if (name === undefined) throw new Error(`what should ${pod} reach? Give a URL, or ask about pod/${pod}`);
  const explanation = await cluster.whyPod(namespace, name);
  process.stdout.write(explanationText(explanation));
  return explanation.nodes.some(({ refusals }) => refusals.length === 0) ? 0 : 1;
}
