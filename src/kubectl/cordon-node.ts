import type { Node } from "../api/types.gen.ts";
import type { FoundNode } from "./nodes-named.ts";
import { dryRunOf, tellResult } from "./result.ts";
import { sendChange } from "./two-way.ts";
import type { Call } from "./verb.ts";

/** Closes a node to new pods, or opens it, and tells of it. */
export async function cordonNode(found: FoundNode, closed: boolean, call: Call): Promise<void> {
  const { object, resource } = found;
  const word = closed ? "cordoned" : "uncordoned";
  if ((object.spec?.unschedulable ?? false) === closed) {
    return tellResult({ resource, object, did: `already ${word}` }, call);
  }
  const { unschedulable: _old, ...spec } = object.spec ?? {};
  const after: Node = { ...object, spec: closed ? { ...spec, unschedulable: true } : spec };
  if (dryRunOf(call.flags) !== "client") await sendChange(found, { after, manager: "kubectl-cordon" }, call);
  await tellResult({ resource, object, did: word }, call);
}
