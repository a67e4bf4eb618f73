import type { KubeObject } from "../api/object.ts";
import type { Resource } from "./discovery.ts";
import { annotationsOf, lastAppliedAnnotation } from "./last-applied.ts";
import type { Manifest } from "./manifest.ts";
import { pathOf } from "./rest.ts";
import { dryRunOf, tellResult } from "./result.ts";
import { type Found, listAll, selectorQuery } from "./targets.ts";
import type { Call } from "./verb.ts";

/** What `apply --prune` looks through unless `--prune-allowlist` says otherwise. */
const prunable = [
  ["v1", "ConfigMap"],
  ["v1", "Endpoints"],
  ["v1", "PersistentVolumeClaim"],
  ["v1", "Pod"],
  ["v1", "ReplicationController"],
  ["v1", "Secret"],
  ["v1", "Service"],
  ["batch/v1", "Job"],
  ["batch/v1", "CronJob"],
  ["networking.k8s.io/v1", "Ingress"],
  ["apps/v1", "DaemonSet"],
  ["apps/v1", "Deployment"],
  ["apps/v1", "ReplicaSet"],
  ["apps/v1", "StatefulSet"],
  ["v1", "Namespace"],
  ["v1", "PersistentVolume"],
] as const;

/** Deletes what an earlier apply made and this one did not name. */
export async function pruneOthers(applied: readonly Manifest[], call: Call): Promise<void> {
  for (const found of await othersToPrune(applied, call)) await prune(found, call);
}

/** What pruning takes away. */
export async function othersToPrune(applied: readonly Manifest[], call: Call): Promise<Found[]> {
  if (!call.flags.has("prune-allowlist")) await call.io.err(`W Deprecated: ${aboutNamespaces}\n`);
  const kept = new Set(
    applied.map(({ object, namespace, resource }) => keyOf(resource, namespace, object.metadata.name)),
  );
  const namespaces = new Set(applied.flatMap(({ namespace }) => (namespace === undefined ? [] : [namespace])));
  const all: Found[] = [];
  for (const resource of await prunedKinds(call)) {
    for (const namespace of resource.namespaced ? namespaces : [undefined]) {
      const found = await listAll<KubeObject>(pathOf(resource, namespace), call, selectorQuery(call));
      const others = found.filter((object) => {
        const isApplied = annotationsOf(object)[lastAppliedAnnotation] !== undefined;
        return isApplied && !kept.has(keyOf(resource, namespace, object.metadata.name));
      });
      all.push(...others.map((object) => ({ resource, namespace, name: object.metadata.name, object })));
    }
  }
  return all;
}

const aboutNamespaces =
  "kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.";

async function prune({ resource, namespace, name, object }: Found, call: Call): Promise<void> {
  if (dryRunOf(call.flags) === "none") {
    await call.rest.json("DELETE", pathOf(resource, namespace, name), { body: { propagationPolicy: "Background" } });
  }
  await tellResult({ resource, object, did: "pruned" }, call);
}

async function prunedKinds({ flags, discovery }: Call): Promise<Resource[]> {
  const own = flags.values("prune-allowlist").map((text) => {
    const parts = text.split("/");
    const [group, version = "", kind = ""] = parts.length === 3 ? parts : ["core", ...parts];
    return [group === "core" ? version : `${group}/${version}`, kind] as const;
  });
  const kinds = own.length > 0 ? own : prunable;
  const found = await Promise.all(kinds.map(([apiVersion, kind]) => discovery.findKind(apiVersion, kind)));
  return found.filter((one) => one !== undefined);
}

function keyOf({ group, kind }: Resource, namespace: string | undefined, name: string): string {
  return [group, kind, namespace ?? "", name].join("/");
}
