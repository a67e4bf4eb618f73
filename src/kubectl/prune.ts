import type { KubeObject } from "../api/object.ts";
import type { Resource } from "./discovery.ts";
import { annotationsOf, lastAppliedAnnotation } from "./last-applied.ts";
import { type Manifest, nameOf } from "./manifest.ts";
import { pathOf } from "./rest.ts";
import { dryRunOf } from "./result.ts";
import { listAll, selectorQuery } from "./targets.ts";
import type { Call } from "./verb.ts";
import type { Watched } from "./watch-until.ts";

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
  const kept = new Set(
    applied.map(({ object, namespace, resource }) => keyOf(resource, namespace, object.metadata.name)),
  );
  const namespaces = new Set(applied.flatMap(({ namespace }) => (namespace === undefined ? [] : [namespace])));
  for (const resource of await prunedKinds(call)) {
    for (const namespace of resource.namespaced ? namespaces : [undefined]) {
      const found = await listAll<KubeObject>(pathOf(resource, namespace), call, selectorQuery(call));
      const others = found.filter((object) => {
        const isApplied = annotationsOf(object)[lastAppliedAnnotation] !== undefined;
        return isApplied && !kept.has(keyOf(resource, namespace, object.metadata.name));
      });
      for (const { metadata } of others) await prune({ resource, namespace, name: metadata.name }, call);
    }
  }
}

async function prune({ resource, namespace, name }: Watched, { rest, io, flags }: Call): Promise<void> {
  if (dryRunOf(flags) === "none") {
    await rest.json("DELETE", pathOf(resource, namespace, name), { body: { propagationPolicy: "Background" } });
  }
  await io.out(`${nameOf(resource, name)} pruned\n`);
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
