import type { Verb } from "../../verb.ts";
import { contextVerbs } from "./contexts.ts";
import { entryVerbs } from "./entries.ts";
import { setVerb, unsetVerb } from "./property.ts";
import { view } from "./view.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_config/ */
export const config: Verb = {
  names: ["config"],
  summary: 'Modify kubeconfig files using subcommands like "kubectl config set current-context my-context"',
  flags: [],
  verbs: [...contextVerbs, ...entryVerbs, setVerb, unsetVerb, view],
};
