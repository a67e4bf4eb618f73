import type { Verb } from "../../verb.ts";
import { canI } from "./can-i.ts";
import { reconcile } from "./reconcile.ts";
import { whoami } from "./whoami.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_auth/ */
export const auth: Verb = {
  names: ["auth"],
  summary: "Inspect authorization",
  usage: "[flags]",
  flags: [],
  verbs: [canI, reconcile, whoami],
};
