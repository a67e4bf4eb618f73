import type { KubeObject } from "../api/object.ts";
import type { Column, ResourceDefinition } from "../resources/definition.ts";

/** What each row carries beside its cells. */
export type IncludeObject = "None" | "Metadata" | "Object";

export interface TableOptions {
  readonly resource: ResourceDefinition;
  readonly now: number;
  readonly includeObject: IncludeObject;
  readonly withColumns: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Of meta.k8s.io. */
  readonly version: string;
}

/**
 * What `kubectl get` prints: the server's own columns.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
export function tableOf(objects: readonly KubeObject[], options: TableOptions): Record<string, unknown> {
  const { resource, now, includeObject } = options;
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${options.version}`,
    metadata: options.metadata,
    columnDefinitions: options.withColumns ? resource.columns.map((column) => definitionOf(column)) : null,
    rows: objects.map((object) => ({
      cells: resource.columns.map((column) => column.value(object, now)),
      ...(includeObject === "None" ? {} : { object: rowObject(object, options) }),
    })),
  };
}

function definitionOf(column: Column): Record<string, unknown> {
  const { name, type = "string", format = "", description = "", priority = 0 } = column;
  return { name, type, format, description, priority };
}

function rowObject(object: KubeObject, { includeObject, version }: TableOptions): KubeObject {
  if (includeObject === "Object") return object;
  return { kind: "PartialObjectMetadata", apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata };
}
