import type { Cluster, KubeObject } from "../../src/index.ts";

/** One thing that happens to a cluster. */
export type Step =
  | Command
  | { readonly apply: KubeObject; readonly refusal?: string }
  | { readonly node: string; readonly becomes: "stopped" | "cut-off" | "well" }
  | { readonly passes: string };

interface Command {
  readonly kubectl: readonly string[];
  /** It is to be refused, with these words. */
  readonly refusal?: string;
  /** It may end with these words too. */
  readonly mayEnd?: string;
}

/** Which nodes are not well, with what mends them. */
export type Faults = Map<string, () => void>;

/** Makes it happen, and lets all that is due now be done. Rejects when it goes otherwise than it should. */
export async function perform(cluster: Cluster, step: Step, faults: Faults): Promise<void> {
  if ("kubectl" in step) {
    const { exitCode, stderr } = await cluster.kubectl(step.kubectl);
    check(step, exitCode === 0 ? "" : stderr);
  } else if ("apply" in step)
    check(
      step,
      await cluster.apply(step.apply).then(
        () => "",
        (error: unknown) => String(error),
      ),
    );
  else if ("passes" in step) await cluster.advance(step.passes);
  else {
    faults.get(step.node)?.();
    faults.delete(step.node);
    if (step.becomes !== "well") {
      faults.set(step.node, cluster.faults.add({ node: step.node, state: step.becomes }));
    }
  }
  await cluster.settle();
}

function check({ refusal, mayEnd = "" }: Pick<Command, "refusal" | "mayEnd">, complaint: string): void {
  if (refusal !== undefined && !complaint.includes(refusal)) {
    throw new Error(`it was not refused with ${JSON.stringify(refusal)}: ${complaint}`);
  }
  const isFine = refusal !== undefined || complaint === "" || (mayEnd !== "" && complaint.includes(mayEnd));
  if (!isFine) throw new Error(`it failed: ${complaint.trim()}`);
}

/** The steps as a program that anybody can run. */
export function scriptOf(seed: number, nodes: number, steps: readonly Step[]): string {
  const lines = steps.map((step) => {
    if ("passes" in step) return `await cluster.advance(${JSON.stringify(step.passes)});`;
    if ("kubectl" in step) return `await cluster.kubectl(${JSON.stringify(step.kubectl)}); await cluster.settle();`;
    if ("apply" in step) return `await cluster.apply(${JSON.stringify(step.apply)}); await cluster.settle();`;
    const { node, becomes } = step;
    const mended = `mend[${JSON.stringify(node)}]`;
    if (becomes === "well") return `${mended}(); await cluster.settle();`;
    return `${mended} = cluster.faults.add(${JSON.stringify({ node, state: becomes })}); await cluster.settle();`;
  });
  return [
    'import { createCluster } from "picokube";',
    `const cluster = await createCluster({ seed: ${seed}, nodes: ${nodes} });`,
    "const mend = {};",
    ...lines,
  ].join("\n");
}
