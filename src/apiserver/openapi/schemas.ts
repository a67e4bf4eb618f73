import { listKindOf, type ResourceDefinition } from "../../resources/definition.ts";
import { metaPackage } from "../schema/type-name.ts";
import { customSchemas, type DocumentVersion } from "./custom-schemas.ts";
import type { GroupVersionKind } from "./operation.ts";
import { deleteOptionsName, type JsonSchema, listNameOf, referencePrefix, schemaNameOf } from "./schema-names.ts";
import { typeSchema } from "./type-schema.ts";

/** The schemas named by `roots` and all that they refer to, by name. `resources` tells which kinds there are. */
export function schemasFor(
  roots: Iterable<string>,
  resources: readonly ResourceDefinition[],
  version: DocumentVersion,
): Readonly<Record<string, JsonSchema>> {
  const kinds = kindsByName(resources);
  const custom = customSchemas(resources, version);
  const found: Record<string, JsonSchema> = {};
  const waiting = [...roots];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (Object.hasOwn(found, name)) continue;
    const schema = custom.get(name) ?? typeSchema(name);
    const gvks = kinds.get(name);
    found[name] = gvks ? { ...schema, "x-kubernetes-group-version-kind": gvks } : schema;
    waiting.push(...referencesIn(schema));
  }
  return Object.fromEntries(Object.entries(found).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function kindsByName(resources: readonly ResourceDefinition[]): Map<string, GroupVersionKind[]> {
  const kinds = new Map<string, GroupVersionKind[]>();
  const groupVersions = new Map<string, GroupVersionKind>();
  for (const resource of resources) {
    const { group, version, kind } = resource;
    kinds.set(schemaNameOf(resource), [{ group, kind, version }]);
    kinds.set(listNameOf(resource), [{ group, kind: listKindOf(resource), version }]);
    groupVersions.set(`${group}/${version}`, { group, kind: "DeleteOptions", version });
  }
  kinds.set(deleteOptionsName, [...groupVersions.values()]);
  kinds.set(`${metaPackage}.Status`, [{ group: "", kind: "Status", version: "v1" }]);
  kinds.set("io.k8s.api.autoscaling.v1.Scale", [{ group: "autoscaling", kind: "Scale", version: "v1" }]);
  return kinds;
}

function referencesIn(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { $ref } = schema as { $ref?: unknown };
  const own = typeof $ref === "string" && $ref.startsWith(referencePrefix) ? [$ref.slice(referencePrefix.length)] : [];
  return [...own, ...Object.values(schema).flatMap((child) => referencesIn(child))];
}
