import { Command, Option } from "commander";

import { portNumber, positive, whole } from "../numbers.ts";
import { runCluster, type StartOptions } from "../run-cluster.ts";

const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

/** `picokube start`: a cluster in the foreground, until Ctrl-C. */
export function startCommand(setExitCode: (code: number) => void): Command {
  return new Command("start")
    .description("start a cluster and keep it running until Ctrl-C")
    .option("--port <port>", "port of the API server (default: 6443, or the next free one)", portNumber)
    .option(
      "--kubeconfig <file>",
      "write the kubeconfig to this file only (default: merge into yours, and take it out again at the end)",
    )
    .option("--nodes <count>", "number of nodes", positive, 3)
    .option(
      "--seed <number>",
      "seed of all chance: the same seed gives the same names and addresses (default: a new one)",
      whole,
    )
    .addOption(
      new Option("--pace <pace>", "how long pulls and starts take")
        .choices(["realistic", "instant"])
        .default("realistic"),
    )
    .option("--node-port-address <ip>", "address of this machine on which NodePorts listen", "127.0.0.1")
    .option("--dns-port <port>", "port of 127.0.0.1 on which the cluster's DNS answers", portNumber)
    .option(
      "--ingress-port <port>",
      "port of 127.0.0.1 on which Ingresses answer, HTTP and HTTPS; runs ingress-nginx",
      portNumber,
    )
    .addOption(
      new Option("--proxy-mode <mode>", "pods in turn, or at random").choices(["ipvs", "iptables"]).default("ipvs"),
    )
    .addOption(
      new Option("--load-balancer <kind>", "addresses for LoadBalancer Services; none leaves them <pending>")
        .choices(["loopback", "none"])
        .default("loopback"),
    )
    .option("--image <file>", "a file with images of your own: .js, .mjs, .yaml (repeatable)", collect, [])
    .option("--apply <file>", "manifests to apply at the start (repeatable)", collect, [])
    .addOption(
      new Option("--log-level <level>", "what the cluster itself logs")
        .choices(["error", "warn", "info", "debug"])
        .default("warn"),
    )
    .option("--quiet", "print nothing about what happens in the cluster")
    .action(async (options: StartOptions) => {
      setExitCode(await runCluster(options));
    });
}
