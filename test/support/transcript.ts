import { readFileSync } from "node:fs";
import { join } from "node:path";

import { type Cluster, createCluster } from "../../src/index.ts";

const manifests = join(import.meta.dirname, "../../examples");

/**
 * Plays a scenario: each `$ command` line, with its input in `> ` lines, is run against a fresh cluster and what it prints is
 * written below it. Other lines stay as they are. Commands are `kubectl …`, `curl …` (from the host), `advance 30s`.
 */
export async function play(script: string): Promise<string> {
  const cluster = await createCluster({ seed: 1, log: loud });
  const out: string[] = [];
  try {
    for (const step of script.split(/^(?=\$ )/mu)) out.push(await playStep(cluster, step));
  } finally {
    await cluster.close();
  }
  return `${out.join("\n\n").trimStart()}\n`;
}

/** A bug of ours must not hide behind a transcript. */
const loud = {
  write(level: string, message: string): void {
    if (level === "error") throw new Error(`the cluster logged an error: ${message}`);
  },
};

async function playStep(cluster: Cluster, step: string): Promise<string> {
  const [head = "", ...rest] = step.split("\n");
  if (!head.startsWith("$ ")) return step.trim();
  const input = rest.filter((line) => line.startsWith("> "));
  const comment = rest
    .slice(rest.findLastIndex((line) => line.trim() !== "" && !line.startsWith("#")) + 1)
    .join("\n")
    .trim();
  const shown = [head, ...input, await run(cluster, head.slice(2), input.map((line) => line.slice(2)).join("\n"))];
  await cluster.settle();
  return [shown.filter((line) => line !== "").join("\n"), comment].filter((part) => part !== "").join("\n\n");
}

async function run(cluster: Cluster, command: string, input: string): Promise<string> {
  const [program = "", ...args] = words(command);
  switch (program) {
    case "kubectl": {
      const { stdout, stderr, exitCode } = await cluster.kubectl(args, { stdin: input, readFile });
      const code = exitCode === 0 ? "" : `[exit ${exitCode}]`;
      return [stdout.trimEnd(), stderr.trimEnd(), code].filter((part) => part !== "").join("\n");
    }
    case "curl":
      return curl(cluster, args.at(-1) ?? "");
    case "advance":
      await cluster.advance(args[0] ?? "");
      return "";
    default:
      throw new Error(`a scenario does not know the command ${program}`);
  }
}

/** From the host: what a NodePort answers. */
async function curl(cluster: Cluster, url: string): Promise<string> {
  try {
    return (await cluster.fetch(url.includes("://") ? url : `http://${url}`)).body.trimEnd();
  } catch (error) {
    return error instanceof Error ? `failed: ${error.message}` : String(error);
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
