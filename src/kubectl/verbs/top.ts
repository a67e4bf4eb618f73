import type { Verb } from "../verb.ts";
import { topNode } from "./top/node.ts";
import { topPod } from "./top/pod.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_top/ */
export const top: Verb = {
  names: ["top"],
  summary: "Display resource (CPU/memory) usage",
  usage: "[flags]",
  flags: [],
  verbs: [topNode, topPod],
};
