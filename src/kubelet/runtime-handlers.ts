import type { Pod } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import { runtimeClasses } from "../resources/node/runtime-class.ts";

/** The runtimes of a node, as kind configures them. All run the same programs. */
const handlers = new Set(["", "runc", "test-handler"]);

/** Why a pod's RuntimeClass cannot be had on this node. https://kubernetes.io/docs/concepts/containers/runtime-class/ */
export function runtimeProblem({ spec }: Pod, informers: Informers): string | undefined {
  const name = spec.runtimeClassName ?? "";
  if (name === "") return undefined;
  const found = informers.for(runtimeClasses).get({ namespace: "", name });
  if (!found) return `failed to get sandbox runtime: runtimeclass.node.k8s.io ${JSON.stringify(name)} not found`;
  if (handlers.has(found.handler)) return undefined;
  const why = `no runtime for ${JSON.stringify(found.handler)} is configured`;
  return `rpc error: code = Unknown desc = failed to get sandbox runtime: ${why}`;
}
