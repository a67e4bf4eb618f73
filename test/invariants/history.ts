import type { Pod } from "../../src/api/types.gen.ts";
import { type Cluster, createCluster } from "../../src/index.ts";
import { Random } from "../../src/sim/random.ts";
import { mirrorOf } from "./mirror.ts";
import { rules } from "./rules/index.ts";
import { recovery } from "./rules/recovery.ts";
import { type State, stateOf } from "./state.ts";
import { type Faults, perform, scriptOf, type Step } from "./step.ts";
import { nextStep } from "./steps.ts";

const nodeCount = 4;
const stepCount = 25;
/** Longer than any back-off, and than a lost node's pods are left on it. */
const recoveryTime = "20m";

/** Lives through one random history; how many steps it had. Rejects with what went wrong and how to see it again. */
export async function history(seed: number): Promise<number> {
  const bugs: string[] = [];
  const log = { write: (level: string, text: string) => void (level === "error" && bugs.push(text)) };
  const steps: Step[] = [];
  const cluster = await createCluster({ seed, nodes: nodeCount, log });
  try {
    await live(cluster, { random: new Random(seed).fork("history"), steps, bugs });
    return steps.length;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `seed ${seed}, step ${steps.length}: ${why}\n\nSEED=${seed} npx vitest run test/invariants sees it again, and so ` +
        `does this program:\n${scriptOf(seed, nodeCount, steps)}\n`,
      { cause: error },
    );
  } finally {
    await cluster.close();
  }
}

interface Life {
  readonly random: Random;
  /** What has happened. */
  readonly steps: Step[];
  /** What was logged as an error. */
  readonly bugs: readonly string[];
}

async function live(cluster: Cluster, { random, steps, bugs }: Life): Promise<void> {
  const faults: Faults = new Map();
  const isWell = (node: string): boolean => !faults.has(node);
  const mirror = mirrorOf(cluster.client);
  let before: State | undefined;
  const happen = async (step: Step): Promise<State> => {
    steps.push(step);
    await perform(cluster, step, faults);
    const now = await stateOf(cluster, isWell);
    const broken = [...bugs, ...rules.flatMap((rule) => rule(now, before)), ...(await mirror())];
    if (broken.length > 0) throw new Error(broken.join("\n"));
    before = now;
    return now;
  };
  let state = await stateOf(cluster, isWell);
  for (let step = 0; step < stepCount; step++) state = await happen(nextStep({ random, state, faults }));
  for (const node of faults.keys()) state = await happen({ node, becomes: "well" });
  for (const { metadata, spec } of state.nodes) {
    if (spec.unschedulable) state = await happen({ kubectl: ["uncordon", metadata.name] });
  }
  for (const pod of state.pods.filter(isStray)) {
    await happen({
      kubectl: ["delete", "pod", pod.metadata.name, "--namespace", pod.metadata.namespace ?? "", "--wait=false"],
    });
  }
  const lasting = recovery(await happen({ passes: recoveryTime }), before);
  if (lasting.length > 0) throw new Error(lasting.join("\n"));
}

/** Nobody's, or with a name that a StatefulSet wants for its own: that would stand in its way for ever. */
function isStray({ metadata }: Pod): boolean {
  const [owner] = metadata.ownerReferences ?? [];
  const hasMembersName = /-\d+$/u.test(metadata.name) && owner?.kind !== "StatefulSet";
  return metadata.deletionTimestamp === undefined && (owner === undefined || hasMembersName);
}
