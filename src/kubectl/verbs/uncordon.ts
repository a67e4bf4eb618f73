import { cordonNode } from "../cordon-node.ts";
import { Failures } from "../failures.ts";
import { nodeFlags, nodesNamed } from "../nodes-named.ts";
import type { Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_uncordon/ */
export const uncordon: Verb = {
  names: ["uncordon"],
  summary: "Mark node as schedulable",
  usage: "NODE",
  flags: nodeFlags,

  async run(call) {
    const failures = new Failures();
    for (const node of await nodesNamed(call, failures.add))
      await failures.attempt(() => cordonNode(node, false, call));
    failures.raise();
    return 0;
  },
};
