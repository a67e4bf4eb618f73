import type { Node } from "../api/types.gen.ts";
import { type Flag, optionals, values } from "./flags.ts";
import { KubectlError, usageError } from "./kubectl-error.ts";
import { fetchTargets, type Found, nothingNamed } from "./targets.ts";
import type { Call } from "./verb.ts";

export const nodeFlags: readonly Flag[] = [...values("selector/l"), ...optionals("dry-run=unchanged")];

export type FoundNode = Found & { readonly object: Node };

/** The nodes that `cordon`, `uncordon` and `drain` are about. Refusals go to `failed`. */
export async function nodesNamed(call: Call, failed: (error: unknown) => void): Promise<readonly FoundNode[]> {
  const { flags, discovery, verb } = call;
  if (flags.args.length === 0 && !flags.has("selector")) throw usageError(verb, `USAGE: ${verb} NODE [flags]`);
  if (flags.args.length > 0 && flags.has("selector")) {
    throw usageError(verb, `error: cannot specify both a node name and a --selector option`);
  }
  if (flags.value("selector") === "") throw new KubectlError(nothingNamed);
  const resource = await discovery.find("nodes");
  const names = flags.args.map((arg) => arg.replace(/^(?:nodes?|no)\//u, ""));
  const targets = names.length > 0 ? names : [undefined];
  const found = await fetchTargets(
    targets.map((name) => ({ resource, namespace: undefined, name })),
    call,
    failed,
  );
  return found as readonly FoundNode[];
}
