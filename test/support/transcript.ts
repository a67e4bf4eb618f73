import { readFileSync } from "node:fs";
import { join } from "node:path";

import {
  type Cluster,
  type ClusterOptions,
  createCluster,
  diagnosisText,
  flowText,
  isBackground,
} from "../../src/index.ts";
import { BackgroundKubectl } from "./background-kubectl.ts";
import { curl } from "./host-curl.ts";

const manifests = join(import.meta.dirname, "../../examples");

/**
 * Plays a scenario: each `$ command` line, with its input in `> ` lines, is run against a fresh cluster and what it prints is
 * written below it. Other lines stay as they are. Commands are `kubectl …`, `curl …` (from this machine), `advance 30s`,
 * `picokube why …` and `picokube flows`; `picokube start …` at the beginning chooses another cluster than the usual. A
 * `kubectl …` with an `&` behind it runs on until `kill %1`.
 */
export async function play(script: string): Promise<string> {
  const steps = script.split(/^(?=\$ )/mu);
  const cluster = await createCluster({ seed: 1, log: loud, ...optionsIn(steps) });
  const machine: Machine = { cluster, background: new BackgroundKubectl(cluster) };
  const out: string[] = [];
  try {
    for (const step of steps) out.push(await playStep(machine, step));
  } finally {
    await machine.background.stop();
    await cluster.close();
  }
  return `${out.join("\n\n").trimStart()}\n`;
}

interface Machine {
  readonly cluster: Cluster;
  readonly background: BackgroundKubectl;
}

/** The flags of `picokube start` that make a difference without sockets. */
function optionsIn(steps: readonly string[]): ClusterOptions {
  const start = steps.find((step) => step.startsWith("$ picokube start"));
  const [, , ...args] = words(start?.split("\n", 1)[0] ?? "");
  const value = (flag: string): string | undefined => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined);
  return {
    ...(value("--proxy-mode") === "iptables" ? { proxyMode: "iptables" as const } : {}),
    ...(value("--load-balancer") === "none" ? { loadBalancer: "none" as const } : {}),
    ...(value("--pace") === "realistic" ? { pace: "realistic" as const } : {}),
    ...(value("--ingress-port") === undefined ? {} : { ingress: true }),
  };
}

/** A bug of ours must not hide behind a transcript. */
const loud = {
  write(level: string, message: string): void {
    if (level === "error") throw new Error(`the cluster logged an error: ${message}`);
  },
};

async function playStep(machine: Machine, step: string): Promise<string> {
  const [head = "", ...rest] = step.split("\n");
  if (!head.startsWith("$ ")) return step.trim();
  const input = rest.filter((line) => line.startsWith("> "));
  const comment = rest
    .slice(rest.findLastIndex((line) => line.trim() !== "" && !line.startsWith("#")) + 1)
    .join("\n")
    .trim();
  const printed = await run(machine, head.slice(2), input.map((line) => line.slice(2)).join("\n"));
  await machine.cluster.settle();
  const shown = [head, ...input, machine.background.takePrinted(), printed];
  return [shown.filter((line) => line !== "").join("\n"), comment].filter((part) => part !== "").join("\n\n");
}

async function run({ cluster, background }: Machine, command: string, input: string): Promise<string> {
  const [program = "", ...args] = words(command);
  if (program === "kubectl" && args.at(-1) === "&") {
    await background.start(args.slice(0, -1));
    return "";
  }
  switch (program) {
    case "kill":
      await background.stop();
      return "";
    case "kubectl": {
      const { stdout, stderr, exitCode } = await cluster.kubectl(args, { stdin: input, readFile });
      const code = exitCode === 0 ? "" : `[exit ${exitCode}]`;
      return [stdout.trimEnd(), stderr.trimEnd(), code].filter((part) => part !== "").join("\n");
    }
    case "curl":
      return curl(cluster, args, background);
    case "picokube":
      return picokube(cluster, args);
    case "advance":
      await cluster.advance(args[0] ?? "");
      return "";
    default:
      throw new Error(`a scenario does not know the command ${program}`);
  }
}

function picokube(cluster: Cluster, [command = "", from = "", url = ""]: readonly string[]): string {
  switch (command) {
    case "start":
      return "";
    case "why":
      return diagnosisText(cluster.why(from, url)).trimEnd();
    case "flows":
      return cluster.flows
        .filter((flow) => !isBackground(flow))
        .map(flowText)
        .join("\n");
    default:
      throw new Error(`a scenario does not know picokube ${command}`);
  }
}

function readFile(path: string): string {
  return readFileSync(join(manifests, path), "utf8");
}

/** Words as a shell would split them: quotes hold them together. */
function words(command: string): string[] {
  return [...command.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/gu)].map(([word]) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/gu, "$1$2"),
  );
}
