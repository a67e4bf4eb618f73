import type { KubeObject } from "../api/object.ts";
import { typeFacts } from "../api/type-facts.ts";
import { typeNameOf } from "./manifest.ts";
import { pathOf } from "./rest.ts";
import { dryRunOf, writeQuery } from "./result.ts";
import type { Found } from "./targets.ts";
import { threeWayPatch } from "./three-way.ts";
import type { Call } from "./verb.ts";

/** The strategic merge patch from one state of an object to another. */
function twoWayPatch(before: KubeObject, after: KubeObject, typeName: string): Record<string, unknown> {
  const trees = { original: before, modified: after, current: before };
  return threeWayPatch(trees, typeName);
}

/** Sends what differs. Resolves with the server's object; undefined: nothing differs. With a client's dry run, `after`. */
export async function sendChange(
  { resource, namespace, name, object }: Found,
  { after, manager }: { after: KubeObject; manager: string },
  { rest, flags }: Call,
): Promise<KubeObject | undefined> {
  const typeName = typeNameOf(resource);
  const body = twoWayPatch(object, after, typeName);
  if (Object.keys(body).length === 0) return undefined;
  if (dryRunOf(flags) === "client") return after;
  const contentType = typeName in typeFacts ? "application/strategic-merge-patch+json" : "application/merge-patch+json";
  return rest.json<KubeObject>("PATCH", pathOf(resource, namespace, name), {
    query: writeQuery(flags, manager),
    contentType,
    body,
  });
}
